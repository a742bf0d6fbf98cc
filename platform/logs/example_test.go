package logs_test

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/meridian-api/meridian/platform/logs"
)

// A Lambda passes os.Stdout, from which CloudWatch reads a record per line.
func ExampleNew() {
	var out bytes.Buffer
	log := logs.New(&out).With("operation", "pay")
	log.Warn("the bank was slow", "seconds", 2.5, "answer", strings.Repeat("x", logs.MaxText+1))

	line, answer, _ := strings.Cut(out.String(), "xxx")
	fmt.Println(line[strings.Index(line, `"level"`):])
	fmt.Println(len(answer) < logs.MaxText+100)
	// Output:
	// "level":"WARN","message":"the bank was slow","operation":"pay","seconds":2.5,"answer":"
	// true
}

package compat

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	"github.com/oasdiff/oasdiff/load"
)

func TestProto(t *testing.T) {
	data, _ := os.ReadFile("../../accounts/openapi.json")
	ld := func(b []byte, name string) *openapi3.T {
		l := openapi3.NewLoader()
		l.IncludeOrigin = true
		d, err := l.LoadFromDataWithPath(b, mustURL(name))
		if err != nil {
			return nil
		}
		return d
	}
	base := ld(data, "base.json")
	cfg := checker.NewConfig(checker.GetAllChecks())
	loc := checker.NewDefaultLocalizer()
	var walk func(v any, path string, root any)
	n := 0
	try := func(path string, root any) {
		b, _ := json.Marshal(root)
		rev := ld(b, "rev.json")
		if rev == nil {
			fmt.Println("LOADFAIL", path)
			return
		}
		dc := diff.NewConfig().WithExcludeElements([]string{"examples", "description", "title", "summary", "extensions", "endpoints"})
		d, src, err := diff.GetWithOperationsSourcesMap(dc, &load.SpecInfo{Url: "base.json", Spec: base}, &load.SpecInfo{Url: "rev.json", Spec: rev})
		if err != nil {
			fmt.Println("DIFFFAIL", path, err)
			return
		}
		ch := checker.CheckBackwardCompatibilityUntilLevel(cfg, d, src, checker.INFO)
		ops := ""
		if d.PathsDiff != nil {
			for p, pd := range d.PathsDiff.Modified {
				ops += " P" + p
				if pd.OperationsDiff != nil {
					for m, od := range pd.OperationsDiff.Modified {
						ops += " " + m + fmt.Sprint(od.Empty())
					}
				}
			}
		}
		s := ""
		for _, c := range ch {
			s += fmt.Sprintf("\n      %v %s %s %s | %s | %v %v", c.GetLevel(), c.GetId(), c.GetOperation(), c.GetPath(), c.GetUncolorizedText(loc), c.GetBaseSource(), c.GetRevisionSource())
			if len(s) > 400 { break }
		}
		fmt.Println(path, "empty:", d.Empty(), "ops:", ops, s)
		n++
	}
	var root any
	json.Unmarshal(data, &root)
	walk = func(v any, path string, _ any) {
		switch v := v.(type) {
		case map[string]any:
			for k, c := range v {
				p := path + "/" + k
				// deletion
				delete(v, k)
				try("DEL "+p, root)
				switch x := c.(type) {
				case string:
					v[k] = x + "x"
					try("CHG "+p, root)
				case float64:
					v[k] = x + 1
					try("CHG "+p, root)
				case bool:
					v[k] = !x
					try("CHG "+p, root)
				}
				v[k] = c
				walk(c, p, nil)
			}
		case []any:
			for i, c := range v {
				walk(c, fmt.Sprint(path, "/", i), nil)
			}
		}
	}
	walk(root, "#", nil)
	fmt.Println(n)
}

package main

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meridian-api/meridian/contract/manifest"
)

func TestParse(t *testing.T) {
	s, err := parse([]string{"-regions", "us-east-1,us-west-2", "-lag", "2s", "-table", "orders=customer:S,placed:N",
		"-table=carts=id:B"})
	if err != nil {
		t.Fatal(err)
	}
	want := settings{
		regions: []string{"us-east-1", "us-west-2"}, lag: 2 * time.Second,
		tables: map[string]manifest.Table{
			"orders": {HashKey: manifest.Key{Name: "customer", Type: "S"}, RangeKey: &manifest.Key{Name: "placed", Type: "N"}},
			"carts":  {HashKey: manifest.Key{Name: "id", Type: "B"}},
		},
	}
	if diff := cmp.Diff(want, s, cmp.AllowUnexported(settings{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, args := range [][]string{{"-table", "orders"}, {"-table", "a=b:X"}, {"-table", "a=b:S,c:S,d:S"}, {"orders"},
		{"-lag", "2"}} {
		if _, err := parse(args); err == nil || !strings.Contains(err.Error(), "Usage: dynamodb") {
			t.Errorf("%q: got the error %v, want one with the usage", args, err)
		}
	}
}

// TestServe writes an item in one Region, reads it in the other, and ends the input.
func TestServe(t *testing.T) {
	s, err := parse([]string{"-regions", "us-east-1,us-west-2", "-table", "orders=id:S"})
	if err != nil {
		t.Fatal(err)
	}
	in, end := io.Pipe()
	lines, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- serve(s, in, out) }()
	scanner, urls := bufio.NewScanner(lines), map[string]string{}
	for len(urls) < 2 && scanner.Scan() {
		region, url, _ := strings.Cut(scanner.Text(), " ")
		urls[region] = url
	}
	do := func(region, operation, body string) string {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, urls[region], strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-amz-json-1.0")
		r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
		r.Header.Set("Authorization",
			"AWS4-HMAC-SHA256 Credential=a/20260101/"+region+"/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		data, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%s in %s: %s, %s, %v", operation, region, response.Status, data, err)
		}
		return string(data)
	}
	do("us-east-1", "PutItem", `{"TableName": "orders", "Item": {"id": {"S": "one"}}}`)
	deadline := time.Now().Add(10 * time.Second)
	for !strings.Contains(do("us-west-2", "GetItem", `{"TableName": "orders", "Key": {"id": {"S": "one"}}}`), "one") {
		if time.Now().After(deadline) {
			t.Fatal("us-west-2 did not get the item of us-east-1 within ten seconds")
		}
		time.Sleep(time.Millisecond)
	}
	end.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

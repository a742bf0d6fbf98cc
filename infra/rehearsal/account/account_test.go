package account

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func table(key, attributes string) Resource {
	return Resource{Type: "aws_dynamodb_table", Key: key, Attributes: []byte(attributes)}
}

func TestAResourceExistsOnce(t *testing.T) {
	a := At(t.TempDir())
	var made atomic.Int32
	var creating sync.WaitGroup
	for range 8 {
		creating.Go(func() {
			switch err := a.Create(table("us-east-1 accounts", `{}`)); {
			case err == nil:
				made.Add(1)
			case !errors.Is(err, ErrExists):
				t.Error(err)
			}
		})
	}
	creating.Wait()
	if made.Load() != 1 {
		t.Errorf("%d of 8 created it, want 1", made.Load())
	}
	if all, err := a.List("aws_dynamodb_table"); err != nil || len(all) != 1 {
		t.Errorf("the account has %v, %v", all, err)
	}
}

func TestLife(t *testing.T) {
	a := At(t.TempDir())
	const key = "us-east-1 a/b"
	if _, exists, err := a.Read("aws_dynamodb_table", key); exists || err != nil {
		t.Fatalf("before it is made: %v, %v", exists, err)
	}
	if err := a.Create(table(key, `{"n":1}`)); err != nil {
		t.Fatal(err)
	}
	if err := a.Write(table(key, `{"n":2}`)); err != nil {
		t.Fatal(err)
	}
	r, exists, err := a.Read("aws_dynamodb_table", key)
	if err != nil || !exists || !strings.Contains(string(r.Attributes), `2`) {
		t.Errorf("changed, it is %s, %v, %v", r.Attributes, exists, err)
	}
	for range 2 {
		if err := a.Remove("aws_dynamodb_table", key); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Create(table(key, `{}`)); err != nil {
		t.Errorf("removed, it cannot be made again: %v", err)
	}
}

func TestLongKeysDoNotCollide(t *testing.T) {
	a := At(t.TempDir())
	long := strings.Repeat("/", 300)
	for _, key := range []string{long + "a", long + "b"} {
		if err := a.Create(table(key, `{}`)); err != nil {
			t.Errorf("%d bytes: %v", len(key), err)
		}
	}
}

func TestParseDelays(t *testing.T) {
	for _, test := range []struct {
		name, value string
		want        map[string]time.Duration
		err         string
	}{
		{name: "empty", want: map[string]time.Duration{}},
		{name: "two", value: "aws_kms_key=25s,aws_iam_role=1m",
			want: map[string]time.Duration{"aws_kms_key": 25 * time.Second, "aws_iam_role": time.Minute}},
		{name: "no duration", value: "aws_kms_key", err: `"aws_kms_key" is not TYPE=DURATION`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ParseDelays(test.value)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("error %v, want %s", err, test.err)
				}
				return
			}
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%v, -want +got:\n%s", err, diff)
			}
		})
	}
}

func TestFailOnce(t *testing.T) {
	a := At(t.TempDir())
	if err := a.FailOnce("aws_kms_key", "us-east-1"); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, kind, region string
		want               bool
	}{
		{"another type", "aws_iam_role", "us-east-1", false},
		{"another Region", "aws_kms_key", "us-west-2", false},
		{"the first time", "aws_kms_key", "us-east-1", true},
		{"the second time", "aws_kms_key", "us-east-1", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if fails, err := a.TakeFault(test.kind, test.region); err != nil || fails != test.want {
				t.Errorf("fails: %v, %v, want %v", fails, err, test.want)
			}
		})
	}
}

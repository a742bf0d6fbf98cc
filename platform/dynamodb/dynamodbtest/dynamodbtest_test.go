package dynamodbtest

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/resource"
)

// withoutEngine makes TestEachFailsWithoutEngine run Each in its child process.
const withoutEngine = "DYNAMODBTEST_WITHOUT_ENGINE"

// TestEachFailsWithoutEngine runs itself in processes that cannot start the engine: a
// single module does not contain the command, or the program does not exist.
func TestEachFailsWithoutEngine(t *testing.T) {
	if os.Getenv(withoutEngine) != "" {
		Each(t, nil, func(t *testing.T, _ lambdaenv.Env) { t.Log("the test ran") })
		return
	}
	for _, test := range []struct{ name, program, want string }{
		{name: "a single module", want: "go run " + embeddedCommand},
		{name: "a program", program: "/does/not/exist", want: "/does/not/exist"},
	} {
		t.Run(test.name, func(t *testing.T) {
			child := exec.Command(os.Args[0], "-test.v", "-test.run=^TestEachFailsWithoutEngine$/^embedded$")
			child.Env = append(os.Environ(), withoutEngine+"=1", "GOWORK=off", EmbeddedVariable+"="+test.program)
			output, err := child.CombinedOutput()
			text := string(output)
			for _, want := range []string{"--- FAIL: TestEachFailsWithoutEngine/embedded", test.want} {
				if !strings.Contains(text, want) {
					t.Errorf("the output of the child lacks %q", want)
				}
			}
			if err == nil || strings.Contains(text, "the test ran") {
				t.Errorf("the child got error %v, and wrote:\n%s", err, text)
			}
		})
	}
}

func TestEachCreatesDeclaredTables(t *testing.T) {
	books := resource.Table{
		Name:    "books",
		HashKey: resource.Key{Name: "isbn", Type: resource.String},
		TTL:     "expires",
	}
	loans := resource.Table{
		Name:     "loans",
		HashKey:  resource.Key{Name: "reader", Type: resource.String},
		RangeKey: resource.Key{Name: "since", Type: resource.Number},
		Indexes: []resource.Index{
			{Name: "by-book", HashKey: resource.Key{Name: "isbn", Type: resource.Binary}},
			{
				Name:     "by-day",
				HashKey:  resource.Key{Name: "day", Type: resource.String},
				RangeKey: resource.Key{Name: "since", Type: resource.Number},
				Include:  []string{"title"},
			},
		},
	}
	Each(t, []resource.Table{books, loans}, func(t *testing.T, env lambdaenv.Env) {
		client := dynamodb.NewFromConfig(env.AWS("DYNAMODB"))
		want := map[string]table{
			books.Name: {Keys: []string{"isbn HASH S"}, TTL: "expires"},
			loans.Name: {Keys: []string{"reader HASH S", "since RANGE N"}, Indexes: map[string]index{
				"by-book": {Keys: []string{"isbn HASH B"}, Projection: "ALL"},
				"by-day":  {Keys: []string{"day HASH S", "since RANGE N"}, Projection: "INCLUDE title"},
			}},
		}
		got := map[string]table{}
		for _, declared := range []resource.Table{books, loans} {
			got[declared.Name] = describe(t, client, declared.PhysicalName(env.Environment))
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("tables (-want +got):\n%s", diff)
		}
	})
}

// table is the part of a table's description that a declaration determines.
type table struct {
	Keys    []string
	Indexes map[string]index
	TTL     string
}

type index struct {
	Keys       []string
	Projection string
}

func describe(t *testing.T, client *dynamodb.Client, name string) table {
	t.Helper()
	out, err := client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &name})
	if err != nil {
		t.Fatal(err)
	}
	attributes := map[string]types.ScalarAttributeType{}
	for _, a := range out.Table.AttributeDefinitions {
		attributes[*a.AttributeName] = a.AttributeType
	}
	keys := func(schema []types.KeySchemaElement) []string {
		var list []string
		for _, k := range schema {
			list = append(list, *k.AttributeName+" "+string(k.KeyType)+" "+string(attributes[*k.AttributeName]))
		}
		return list
	}
	got := table{Keys: keys(out.Table.KeySchema), Indexes: map[string]index{}}
	for _, i := range out.Table.GlobalSecondaryIndexes {
		parts := append([]string{string(i.Projection.ProjectionType)}, i.Projection.NonKeyAttributes...)
		got.Indexes[*i.IndexName] = index{Keys: keys(i.KeySchema), Projection: strings.Join(parts, " ")}
	}
	ttl, err := client.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: &name})
	if err != nil {
		t.Fatal(err)
	}
	got.TTL = aws.ToString(ttl.TimeToLiveDescription.AttributeName)
	return got
}

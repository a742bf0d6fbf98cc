// Package dynamodbtest runs the tests of a store on every DynamoDB there is:
// the embedded engine, and DynamoDB Local as the reference.
package dynamodbtest

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/resource"
)

// LocalVariable names the URL of a running DynamoDB Local.
const LocalVariable = "DYNAMODB_LOCAL_URL"

// embeddedCommand serves the embedded engine. It is run and not imported: a
// context's tests may need no more of our modules than the context does.
const embeddedCommand = "github.com/meridian-api/meridian/infra/cmd/dynamodb"

// Each runs the test on each DynamoDB, in an environment of its own whose new
// and empty tables are those declared. What is not there is skipped with the
// reason.
func Each(t *testing.T, tables []resource.Table, test func(t *testing.T, env lambdaenv.Env)) {
	t.Run("embedded", func(t *testing.T) {
		url, err := embedded()
		if err != nil {
			t.Skipf("the embedded DynamoDB needs the whole workspace: %v", err)
		}
		test(t, prepare(t, url, tables))
	})
	t.Run("DynamoDB Local", func(t *testing.T) {
		test(t, prepare(t, LocalURL(t), tables))
	})
}

// LocalURL is the DynamoDB Local to test against. Without one, which takes Java,
// the test is skipped: the embedded engine has been tested all the same.
func LocalURL(t testing.TB) string {
	t.Helper()
	url := os.Getenv(LocalVariable)
	if url == "" {
		t.Skipf("%s is not set: start DynamoDB Local (java -jar DynamoDBLocal.jar -inMemory -port 8000) and set it to http://127.0.0.1:8000", LocalVariable)
	}
	return url
}

// embedded starts the engine once for the test process; it ends with its
// standard input, the process's end of a pipe.
var embedded = sync.OnceValues(func() (string, error) {
	cmd := exec.Command("go", "run", embeddedCommand)
	var problems strings.Builder
	cmd.Stderr = &problems
	if _, err := cmd.StdinPipe(); err != nil {
		return "", err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		cmd.Wait()
		return "", &startError{problems.String()}
	}
	go cmd.Wait() // holds the pipe, which the garbage collector would close
	return strings.TrimSpace(line), nil
})

type startError struct{ output string }

func (e *startError) Error() string { return "go run " + embeddedCommand + ": " + e.output }

// prepare creates the tables under a new environment's names.
func prepare(t *testing.T, url string, tables []resource.Table) lambdaenv.Env {
	t.Helper()
	env := environment(t, "test-"+rand.Text(), url)
	client := dynamodb.NewFromConfig(env.AWS("DYNAMODB"))
	for _, table := range tables {
		if err := create(t.Context(), client, table, env.Environment); err != nil {
			t.Fatalf("create table %s: %v", table.Name, err)
		}
	}
	return env
}

// environment is that of a Lambda whose DynamoDB is at url.
func environment(t *testing.T, name, url string) lambdaenv.Env {
	t.Helper()
	vars := map[string]string{
		"AWS_REGION": "us-east-1", "ENVIRONMENT": name, "AWS_ENDPOINT_URL_DYNAMODB": url,
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
	}
	env, err := lambdaenv.Read(func(name string) string { return vars[name] })
	if err != nil {
		t.Fatal(err)
	}
	return env
}

func create(ctx context.Context, client *dynamodb.Client, table resource.Table, environment string) error {
	name := table.PhysicalName(environment)
	attributes := map[string]resource.KeyType{}
	input := &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		KeySchema: keySchema(attributes, table.HashKey, table.RangeKey),
	}
	for _, i := range table.Indexes {
		projection := &types.Projection{ProjectionType: types.ProjectionTypeAll}
		if i.Include != nil {
			projection = &types.Projection{ProjectionType: types.ProjectionTypeInclude, NonKeyAttributes: i.Include}
		}
		input.GlobalSecondaryIndexes = append(input.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: aws.String(i.Name), KeySchema: keySchema(attributes, i.HashKey, i.RangeKey), Projection: projection,
		})
	}
	for attribute, kind := range attributes {
		input.AttributeDefinitions = append(input.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: aws.String(attribute), AttributeType: types.ScalarAttributeType(kind),
		})
	}
	_, err := client.CreateTable(ctx, input)
	var there *types.ResourceInUseException
	if errors.As(err, &there) {
		err = nil // nobody else has the name: an attempt that seemed to time out on a server just started made it
	}
	if err != nil || table.TTL == "" {
		return err
	}
	_, err = client.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName:               &name,
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String(table.TTL), Enabled: aws.Bool(true)},
	})
	return err
}

// keySchema lists the keys and notes their types.
func keySchema(attributes map[string]resource.KeyType, hash, sort resource.Key) []types.KeySchemaElement {
	schema := []types.KeySchemaElement{{AttributeName: aws.String(hash.Name), KeyType: types.KeyTypeHash}}
	attributes[hash.Name] = hash.Type
	if sort.Name != "" {
		schema = append(schema, types.KeySchemaElement{AttributeName: aws.String(sort.Name), KeyType: types.KeyTypeRange})
		attributes[sort.Name] = sort.Type
	}
	return schema
}

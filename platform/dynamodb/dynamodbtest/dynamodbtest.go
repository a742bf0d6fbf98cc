// Package dynamodbtest runs the tests of a store on two DynamoDBs: the embedded
// engine, and DynamoDB Local as the reference. A Meter between the store and
// DynamoDB counts the calls and makes them fail.
package dynamodbtest

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
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

// embeddedCommand serves the embedded engine. The tests run it instead of
// importing it, so that a context's tests import no more of our modules than the
// context does.
const embeddedCommand = "github.com/meridian-api/meridian/infra/cmd/dynamodb"

// EmbeddedVariable names a program that serves the embedded engine. It is for tests
// outside the workspace, where the go command does not find embeddedCommand.
const EmbeddedVariable = "DYNAMODB_EMBEDDED"

// Each runs the test on each DynamoDB, in a new environment whose tables are the
// declared ones and empty. It fails if the embedded engine does not compile or
// start. It skips DynamoDB Local, with the reason, if LocalVariable is not set.
func Each(t *testing.T, tables []resource.Table, test func(t *testing.T, env lambdaenv.Env)) {
	t.Run("embedded", func(t *testing.T) {
		url, err := embedded()
		if err != nil {
			t.Fatalf("start the embedded DynamoDB: %v", err)
		}
		test(t, prepare(t, url, tables))
	})
	t.Run("DynamoDB Local", func(t *testing.T) {
		test(t, prepare(t, LocalURL(t), tables))
	})
}

// LocalURL returns the URL of the DynamoDB Local to test with. It skips the test
// if LocalVariable is not set, because DynamoDB Local needs Java and the same
// test has already run on the embedded engine.
func LocalURL(t testing.TB) string {
	t.Helper()
	url := os.Getenv(LocalVariable)
	if url == "" {
		t.Skipf("%s is not set: start DynamoDB Local (java -jar DynamoDBLocal.jar -inMemory -port 8000) and set it to http://127.0.0.1:8000", LocalVariable)
	}
	return url
}

// embedded starts the engine once for each test process and returns its URL. The
// engine exits when its standard input ends, which is when the process does.
var embedded = sync.OnceValues(func() (string, error) {
	cmd := exec.Command("go", "run", embeddedCommand)
	if program := os.Getenv(EmbeddedVariable); program != "" {
		cmd = exec.Command(program)
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if _, err := cmd.StdinPipe(); err != nil {
		return "", err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), cmd.Wait(), stderr.String())
	}
	go cmd.Wait() // keeps the pipe reachable: the garbage collector would close it
	return strings.TrimSpace(url), nil
})

// prepare creates the tables of a new environment and returns the environment.
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

// environment returns the environment of a Lambda that finds DynamoDB at url.
func environment(t testing.TB, name, url string) lambdaenv.Env {
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
	var exists *types.ResourceInUseException
	if errors.As(err, &exists) {
		err = nil // the name is random: an earlier attempt of this call created the table and then timed out
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

// keySchema returns the key schema and adds the types of the keys to attributes.
func keySchema(attributes map[string]resource.KeyType, hash, sort resource.Key) []types.KeySchemaElement {
	schema := []types.KeySchemaElement{{AttributeName: aws.String(hash.Name), KeyType: types.KeyTypeHash}}
	attributes[hash.Name] = hash.Type
	if sort.Name != "" {
		schema = append(schema, types.KeySchemaElement{AttributeName: aws.String(sort.Name), KeyType: types.KeyTypeRange})
		attributes[sort.Name] = sort.Type
	}
	return schema
}

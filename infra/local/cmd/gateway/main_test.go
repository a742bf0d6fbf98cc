package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

// TestMain runs a Lambda function in place of the tests if the process is one.
func TestMain(m *testing.M) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
		lambda.Start(greet)
		return
	}
	os.Exit(m.Run())
}

func greet(_ context.Context, e events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	claims, _ := e.RequestContext.Authorizer["claims"].(map[string]any)
	body := fmt.Sprintf("%s, %v of %s/%s", os.Getenv("GREETING"), claims["sub"], e.StageVariables["tenant"],
		e.RequestContext.Stage)
	return events.APIGatewayProxyResponse{StatusCode: http.StatusOK, Body: body}, nil
}

const document = `# An API of somebody else.
openapi: 3.0.1
info: {title: Greeter, version: "1"}
paths:
  /greetings/{name}:
    get:
      parameters:
        - {name: name, in: path, required: true, schema: {type: string}}
      security: [{pool: []}]
      responses:
        200: {description: A greeting}
      x-amazon-apigateway-integration: &proxy
        type: aws_proxy
        httpMethod: POST
        uri: "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/\
          arn:aws:lambda:eu-west-1:${AWS::AccountId}:function:${stageVariables.tenant}-greet/invocations"
  /health:
    get:
      responses:
        200: {description: Healthy}
      x-amazon-apigateway-integration: *proxy
components:
  securitySchemes:
    pool:
      type: apiKey
      name: Authorization
      in: header
      x-amazon-apigateway-authtype: cognito_user_pools
      x-amazon-apigateway-authorizer:
        type: cognito_user_pools
        providerARNs: [arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc]
`

// writeFile writes a file for the test and returns its name.
func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// serveGateway runs the command until the test ends, and returns its URL.
func serveGateway(t *testing.T, args ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	var log bytes.Buffer
	go func() {
		ended <- run(ctx, args, writer, &log)
		writer.Close()
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(log.String())
		}
	})
	line := make([]byte, 200)
	n, err := reader.Read(line)
	if err != nil {
		t.Fatalf("the command ended: %v", err)
	}
	url := regexp.MustCompile(`http://[0-9.]+:[0-9]+`).FindString(string(line[:n]))
	if url == "" || !strings.Contains(string(line[:n]), "2 operations") {
		t.Fatalf("output %q", line[:n])
	}
	return url
}

// get returns the status and the body of a response.
func get(t *testing.T, url, token string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", token)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// signer is a user pool's key.
type signer struct{ key *rsa.PrivateKey }

func newSigner(t *testing.T) signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return signer{key}
}

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

func (s signer) jwks() string {
	exponent := big.NewInt(int64(s.key.E)).Bytes()
	return fmt.Sprintf(`{"keys":[{"kty":"RSA","alg":"RS256","use":"sig","kid":"1","n":%q,"e":%q}]}`,
		encode(s.key.N.Bytes()), encode(exponent))
}

// token returns an ID token of the pool.
func (s signer) token(t *testing.T, issuer string) string {
	t.Helper()
	claims, err := json.Marshal(map[string]any{
		"iss": issuer, "sub": "ada", "aud": "client", "token_use": "id",
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	})
	if err != nil {
		t.Fatal(err)
	}
	text := encode([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + encode(claims)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, s.key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + encode(signature)
}

func TestServe(t *testing.T) {
	pool := newSigner(t)
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	url := serveGateway(t, "-openapi", writeFile(t, "greeter.yaml", document),
		"-function", "acme-greet="+executable, "-jwks", writeFile(t, "jwks.json", pool.jwks()), "-port", "0",
		"-region", "eu-west-1", "-stage", "live", "-variable", "tenant=acme", "-env", "GREETING=Hello")
	const issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc"
	for _, test := range []struct {
		name, path, token string
		status            int
		body              string
	}{
		{name: "with a token", path: "/greetings/x", token: pool.token(t, issuer), status: 200,
			body: "Hello, ada of acme/live"},
		{name: "without a token", path: "/greetings/x", status: 401, body: `{"message":"Unauthorized"}`},
		{
			name: "of another issuer", path: "/greetings/x", token: pool.token(t, issuer+"d"), status: 401,
			body: `{"message":"Unauthorized"}`,
		},
		{name: "without an authorizer", path: "/health", status: 200, body: "Hello, <nil> of acme/live"},
		{name: "unknown path", path: "/other", status: 403, body: `{"message":"Missing Authentication Token"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if status, body := get(t, url+test.path, test.token); status != test.status || body != test.body {
				t.Errorf("got %d %s, want %d %s", status, body, test.status, test.body)
			}
		})
	}
}

func TestMissingFunction(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	keys := writeFile(t, "jwks.json", newSigner(t).jwks())
	args := []string{"-openapi", writeFile(t, "greeter.yaml", document), "-jwks", keys, "-port", "0",
		"-region", "eu-west-1", "-variable", "tenant=acme"}
	reader, writer := io.Pipe()
	var log bytes.Buffer
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, args, writer, &log) }()
	if _, err := reader.Read(make([]byte, 200)); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if want := "No -function for acme-greet: its operations respond with 500.\n"; log.String() != want {
		t.Errorf("log %q, want %q", &log, want)
	}
}

func TestErrors(t *testing.T) {
	api := writeFile(t, "greeter.yaml", document)
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{name: "no document", want: "no document: set -openapi FILE"},
		{name: "an argument", args: []string{"api.yaml"}, want: `unexpected argument "api.yaml"`},
		{name: "a port", args: []string{"-openapi", api, "-port", "70000"}, want: "-port 70000 is not a port"},
		{name: "no such document", args: []string{"-openapi", "nowhere.yaml"}, want: "open nowhere.yaml"},
		{name: "no keys", args: []string{"-openapi", api}, want: "set -jwks to the URL or the file"},
		{name: "no such keys", args: []string{"-openapi", api, "-jwks", "nowhere.json"}, want: "stat nowhere.json"},
		{
			name: "a syntax error", args: []string{"-openapi", writeFile(t, "bad.yaml", "openapi: [")},
			want: "bad.yaml:2:1",
		},
		{
			name: "an API that AWS refuses", want: "x-amazon-apigateway-integration",
			args: []string{"-port", "0", "-openapi", writeFile(t, "bad.json",
				`{"openapi":"3.0.1","info":{"title":"x","version":"1"},"paths":{"/x":{"get":{"responses":{}}}}}`)},
		},
		{
			name: "another Region", want: "set -region, -account, -stage and -variable",
			args: []string{"-openapi", api, "-jwks", api, "-port", "0"},
		},
		{
			name: "no such function", want: "is not an executable: build it first",
			args: []string{"-openapi", api, "-jwks", api, "-function", "acme-greet=nowhere", "-port", "0",
				"-region", "eu-west-1", "-variable", "tenant=acme"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
			defer stop()
			err := run(ctx, test.args, io.Discard, io.Discard)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
	t.Run("a pair", func(t *testing.T) {
		var stderr strings.Builder
		err := run(t.Context(), []string{"-function", "greet"}, io.Discard, &stderr)
		if !errors.Is(err, errUsage) || !strings.Contains(stderr.String(), `"greet" is not NAME=VALUE`) {
			t.Errorf("error %v, output %s", err, &stderr)
		}
	})
}

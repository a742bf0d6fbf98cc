// Command ideal reads the caller's account with as little code as possible: it signs one
// GetItem itself, and reads the response without a JSON library. It has no tracing,
// metrics, validation or retries. It is the minimum for a Go Lambda that reads an item.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	t, err := open()
	if err != nil {
		panic(err)
	}
	lambda.Start(func(ctx context.Context, e events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		claims, _ := e.RequestContext.Authorizer["claims"].(map[string]any)
		sub, _ := claims["sub"].(string)
		item, err := t.get(ctx, sub)
		if err != nil {
			return events.APIGatewayProxyResponse{}, err
		}
		body, err := account(item)
		return events.APIGatewayProxyResponse{StatusCode: http.StatusOK, Body: body}, err
	})
}

// table is the table of accounts.
type table struct {
	name, url string
	signer    signer
	client    http.Client
}

// open returns the table of the environment. It trusts the certificates in
// AWS_CA_BUNDLE, of which the benchmark writes as many as Meridian trusts.
func open() (*table, error) {
	pem, err := os.ReadFile(os.Getenv("AWS_CA_BUNDLE"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	return &table{
		name: os.Getenv("ENVIRONMENT") + "-accounts", url: os.Getenv("AWS_ENDPOINT_URL_DYNAMODB") + "/",
		signer: newSigner(os.Getenv),
		client: http.Client{Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		}},
	}, nil
}

// get returns the response that has the item of the account.
func (t *table) get(ctx context.Context, id string) (string, error) {
	body := `{"Key":{"accountId":{"S":"` + id + `"}},"TableName":"` + t.name + `"}`
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, t.url, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	t.signer.sign(r, body)
	response, err := t.client.Do(r)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("dynamodb: %s: %s", response.Status, content)
	}
	return string(content), err
}

// account returns the account of an item as JSON. The item's strings stay as they are,
// escape sequences included.
func account(item string) (string, error) {
	var b strings.Builder
	before := "{"
	for _, name := range []string{"accountId", "email", "country", "status", "createdAt", "updatedAt"} {
		_, value, found := strings.Cut(item, `"`+name+`":{"S":"`)
		end := strings.Index(value, `"}`)
		if !found || end < 0 {
			return "", fmt.Errorf("the item has no %s: %s", name, item)
		}
		b.WriteString(before + `"` + name + `":"` + value[:end] + `"`)
		before = ","
	}
	return b.String() + "}", nil
}

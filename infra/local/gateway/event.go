package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/meridian-api/meridian/infra/local/gateway/internal/document"
)

// event is the input of a Lambda proxy integration, payload 1.0. Empty maps and
// absent bodies are null. Source: "Input format of a Lambda
// function for proxy integration",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html,
// and the events recorded in testdata/recorded/event.
type event struct {
	Resource                        string              `json:"resource"`
	Path                            string              `json:"path"`
	HTTPMethod                      string              `json:"httpMethod"`
	Headers                         map[string]string   `json:"headers"`
	MultiValueHeaders               map[string][]string `json:"multiValueHeaders"`
	QueryStringParameters           map[string]string   `json:"queryStringParameters"`
	MultiValueQueryStringParameters map[string][]string `json:"multiValueQueryStringParameters"`
	PathParameters                  map[string]string   `json:"pathParameters"`
	StageVariables                  map[string]string   `json:"stageVariables"`
	RequestContext                  requestContext      `json:"requestContext"`
	Body                            *string             `json:"body"`
	IsBase64Encoded                 bool                `json:"isBase64Encoded"`
}

type requestContext struct {
	ResourceID        string             `json:"resourceId"`
	Authorizer        *authorizerContext `json:"authorizer,omitempty"`
	ResourcePath      string             `json:"resourcePath"`
	OperationName     string             `json:"operationName,omitempty"`
	HTTPMethod        string             `json:"httpMethod"`
	ExtendedRequestID string             `json:"extendedRequestId"`
	RequestTime       string             `json:"requestTime"`
	Path              string             `json:"path"`
	AccountID         string             `json:"accountId"`
	Protocol          string             `json:"protocol"`
	Stage             string             `json:"stage"`
	DomainPrefix      string             `json:"domainPrefix"`
	RequestTimeEpoch  int64              `json:"requestTimeEpoch"`
	RequestID         string             `json:"requestId"`
	Identity          identity           `json:"identity"`
	DomainName        string             `json:"domainName"`
	DeploymentID      string             `json:"deploymentId"`
	APIID             string             `json:"apiId"`
}

type authorizerContext struct {
	Claims map[string]string `json:"claims"`
}

// identity is null except for the client's address and agent. The other members are
// for IAM authorization and API keys.
type identity struct {
	CognitoIdentityPoolID         *string `json:"cognitoIdentityPoolId"`
	AccountID                     *string `json:"accountId"`
	CognitoIdentityID             *string `json:"cognitoIdentityId"`
	Caller                        *string `json:"caller"`
	SourceIP                      string  `json:"sourceIp"`
	PrincipalOrgID                *string `json:"principalOrgId"`
	AccessKey                     *string `json:"accessKey"`
	CognitoAuthenticationType     *string `json:"cognitoAuthenticationType"`
	CognitoAuthenticationProvider *string `json:"cognitoAuthenticationProvider"`
	UserARN                       *string `json:"userArn"`
	UserAgent                     *string `json:"userAgent"`
	User                          *string `json:"user"`
}

// event returns the function's input for a request that passed all checks.
func (x *exchange) event() ([]byte, error) {
	e := event{
		Resource: x.operation.Path, Path: x.path, HTTPMethod: x.r.Method,
		QueryStringParameters: x.query.last, MultiValueQueryStringParameters: x.query.all,
		PathParameters: x.parameters, StageVariables: x.g.variables,
		RequestContext: x.requestContext(),
	}
	e.Headers, e.MultiValueHeaders = x.eventHeaders()
	if len(x.body) > 0 {
		body := ""
		if e.IsBase64Encoded = x.g.binary.Match(document.MediaType(x.r.Header.Get("Content-Type"))); e.IsBase64Encoded {
			body = base64.StdEncoding.EncodeToString(x.body)
		} else {
			body = string(x.body)
		}
		e.Body = &body
	}
	var b bytes.Buffer
	b.Grow(2048 + len(x.body)*5/4)
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(&e); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func (x *exchange) requestContext() requestContext {
	prefix, _, _ := strings.Cut(x.g.domain, ".")
	c := requestContext{
		ResourceID: x.operation.resourceID, ResourcePath: x.operation.Path, OperationName: x.operation.ID,
		HTTPMethod: x.r.Method, ExtendedRequestID: x.extendedID, RequestID: x.requestID,
		RequestTime: x.received.Format(requestTime), RequestTimeEpoch: x.received.UnixMilli(),
		Path: x.url, AccountID: x.g.account, Protocol: protocol(x.r), Stage: x.g.stage,
		DomainPrefix: prefix, DomainName: x.g.domain, DeploymentID: x.g.deploymentID, APIID: x.g.apiID,
		Identity: identity{SourceIP: x.sourceIP},
	}
	if agent := x.r.UserAgent(); agent != "" {
		c.Identity.UserAgent = &agent
	}
	if x.claims != nil {
		c.Authorizer = &authorizerContext{Claims: x.claims}
	}
	return c
}

// protocol returns what API Gateway reports as the protocol: HTTP/1.1 for HTTP/2, too, as
// seen in a capture.
func protocol(r *http.Request) string {
	if r.ProtoMajor == 2 {
		return "HTTP/1.1"
	}
	return r.Proto
}

// quoteJSON encodes a string as JSON, without the escapes for HTML.
func quoteJSON(s string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

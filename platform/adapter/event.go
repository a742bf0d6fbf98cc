package adapter

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/url"
	"strings"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/internal/jsonscan"
	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/platform/rest"
)

// request is the part of an API Gateway proxy event (payload format 1.0) that
// one operation needs.
type request struct {
	method, resource, requestID string
	traceID                     string // from the invocation's tracing header, not from the event
	// path, query and header are the texts of the binding's parameters, by
	// index; nil means absent.
	path, query, header [][]string
	contentType         string
	ifNoneMatch         string
	claims              authorizerClaims
	body                []byte
	base64              bool
}

// decode parses the members of the event that the binding needs, in any order,
// and skips the others. The request shares memory with event.
func (b *inputBinding) decode(event []byte) (*request, error) {
	r := &request{
		path:   make([][]string, len(b.path)),
		query:  make([][]string, len(b.query)),
		header: make([][]string, len(b.header)),
	}
	s := jsonscan.New(event)
	members(&s, func(name []byte) {
		switch {
		case string(name) == "httpMethod":
			r.method = string(s.String())
		case string(name) == "resource":
			r.resource = string(s.String())
		case string(name) == "requestContext":
			r.context(&s)
		case string(name) == "multiValueHeaders":
			b.headers(&s, r)
		case string(name) == "pathParameters" && len(b.path) > 0:
			singleValues(&s, b.path, r.path)
		case string(name) == "multiValueQueryStringParameters" && len(b.query) > 0:
			multiValues(&s, b.query, r.query)
		case string(name) == "body" && b.body != nil:
			if !s.Null() {
				r.body = s.String()
			}
		case string(name) == "isBase64Encoded" && b.body != nil:
			r.base64 = s.Bool()
		default:
			s.Skip()
		}
	})
	if err := s.Err(); err != nil {
		return nil, err
	}
	if r.method == "" || r.resource == "" {
		return nil, errors.New("not a proxy event of API Gateway: httpMethod or resource is missing")
	}
	return r, nil
}

// members calls visit for each member of an object. visit must read or skip the
// member's value. null counts as an empty object.
func members(s *jsonscan.Scanner, visit func(name []byte)) {
	if s.Null() || !s.Open('{') {
		return
	}
	for first := true; ; first = false {
		name, ok := s.Key(first)
		if !ok {
			return
		}
		visit(name)
	}
}

func (r *request) context(s *jsonscan.Scanner) {
	members(s, func(name []byte) {
		switch string(name) {
		case "requestId":
			r.requestID = string(s.String())
		case "authorizer":
			members(s, func(name []byte) {
				if string(name) == "claims" {
					r.claims.read(s)
				} else {
					s.Skip()
				}
			})
		default:
			s.Skip()
		}
	})
}

// headers parses multiValueHeaders, which has an array with the lines of each header.
// The names have the client's case. The map headers has the last line only.
func (b *inputBinding) headers(s *jsonscan.Scanner, r *request) {
	members(s, func(raw []byte) {
		name := string(raw)
		isType := strings.EqualFold(name, "Content-Type")
		isCondition := strings.EqualFold(name, precondition.IfNoneMatch)
		at := -1
		for i := range b.header {
			if strings.EqualFold(name, b.header[i].Name) {
				at = i
			}
		}
		if !isType && !isCondition && at < 0 {
			s.Skip()
			return
		}
		lines := texts(s)
		if len(lines) == 0 {
			return
		}
		switch {
		case isType:
			r.contentType = strings.Join(lines, ", ")
		case isCondition:
			r.ifNoneMatch = strings.Join(lines, ", ")
		}
		if at >= 0 {
			r.header[at] = headerTexts(&b.header[at], lines)
		}
	})
}

// texts parses an array of texts, or skips another value and returns nil.
func texts(s *jsonscan.Scanner) []string {
	if s.Peek() != '[' {
		s.Skip()
		return nil
	}
	s.Open('[')
	var list []string
	for s.Element(len(list) == 0) {
		list = append(list, string(s.String()))
	}
	return list
}

// singleValues parses a map of names to texts.
func singleValues(s *jsonscan.Scanner, params []rest.Parameter, into [][]string) {
	members(s, func(name []byte) {
		if i := indexOf(params, name); i >= 0 && s.Peek() == '"' {
			into[i] = []string{string(s.String())}
		} else {
			s.Skip()
		}
	})
}

// multiValues parses a map of names to arrays of texts.
func multiValues(s *jsonscan.Scanner, params []rest.Parameter, into [][]string) {
	members(s, func(name []byte) {
		if i := indexOf(params, name); i >= 0 {
			into[i] = texts(s)
		} else {
			s.Skip()
		}
	})
}

// indexOf returns the index of the parameter with the name, or -1.
func indexOf(params []rest.Parameter, name []byte) int {
	for i := range params {
		if params[i].Name == string(name) {
			return i
		}
	}
	return -1
}

// unescapePath decodes path parameters in place: API Gateway leaves them
// percent-encoded.
func unescapePath(texts [][]string) error {
	for _, t := range texts {
		for i := range t {
			plain, err := url.PathUnescape(t[i])
			if err != nil {
				return err
			}
			t[i] = plain
		}
	}
	return nil
}

// plainBody returns the body without its base64 encoding.
func (r *request) plainBody() ([]byte, error) {
	if !r.base64 {
		return r.body, nil
	}
	return base64.StdEncoding.AppendDecode(nil, r.body)
}

// claimNames are the claims that package claims reads. The subject is the first.
var claimNames = [...]string{
	"sub", "token_use", "username", "cognito:username", "client_id", "aud", "scope", "cognito:groups", "email", "email_verified",
}

// authorizerClaims are the values of claimNames.
type authorizerClaims [len(claimNames)]string

func (c *authorizerClaims) read(s *jsonscan.Scanner) {
	members(s, func(name []byte) {
		for i, n := range claimNames {
			if n == string(name) && s.Peek() == '"' {
				c[i] = string(s.String())
				return
			}
		}
		s.Skip()
	})
}

func (c *authorizerClaims) caller() (claims.Caller, error) {
	return claims.Parse(func(name string) string {
		for i, n := range claimNames {
			if n == name {
				return c[i]
			}
		}
		return ""
	})
}

// hashedCaller returns a hash of the caller's subject for logs and metrics: it
// groups a caller's requests without identifying the caller. It returns "" if
// the request has no caller.
func (r *request) hashedCaller() string {
	subject := r.claims[0]
	if subject == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(subject))
	return hex.EncodeToString(sum[:8])
}

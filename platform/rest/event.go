package rest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/url"
	"strings"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/internal/jsonscan"
)

// request is what the decoder takes from a proxy event of API Gateway
// (payload format 1.0) for one operation.
type request struct {
	method, resource, requestID string
	traceID                     string // not of the event: of the invocation's tracing header
	// path, query and header hold the texts of the binding's parameters, by their position; nil is absent.
	path, query, header [][]string
	contentType         string
	ifNoneMatch         string
	claims              authorizerClaims
	body                []byte
	base64              bool
}

// decode reads only the members that the binding needs and skips the others
// unread; the order of members does not matter. The result shares memory with event.
func (b *binding) decode(event []byte) (*request, error) {
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
		case string(name) == "headers":
			b.headers(&s, r)
		case string(name) == "pathParameters" && len(b.path) > 0:
			single(&s, b.path, r.path)
		case string(name) == "multiValueQueryStringParameters" && len(b.query) > 0:
			multiple(&s, b.query, r.query)
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

// members calls visit for each member of an object, which must read or skip
// its value; null counts as an empty object.
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

// headers reads the single-value map; the gateway keeps the client's case.
func (b *binding) headers(s *jsonscan.Scanner, r *request) {
	members(s, func(raw []byte) {
		if s.Peek() != '"' {
			s.Skip()
			return
		}
		at := s.Pos()
		s.Skip()
		value := func() string {
			text := jsonscan.New(s.Raw(at))
			return string(text.String())
		}
		name := string(raw)
		switch {
		case strings.EqualFold(name, "Content-Type"):
			r.contentType = value()
		case strings.EqualFold(name, ifNoneMatch):
			r.ifNoneMatch = value()
		}
		for i := range b.header {
			if strings.EqualFold(name, b.header[i].Name) {
				r.header[i] = b.header[i].split(value())
			}
		}
	})
}

// single reads a map of name to text.
func single(s *jsonscan.Scanner, params []Parameter, into [][]string) {
	members(s, func(name []byte) {
		if i := position(params, name); i >= 0 && s.Peek() == '"' {
			into[i] = []string{string(s.String())}
		} else {
			s.Skip()
		}
	})
}

// multiple reads a map of name to texts.
func multiple(s *jsonscan.Scanner, params []Parameter, into [][]string) {
	members(s, func(name []byte) {
		i := position(params, name)
		if i < 0 || s.Peek() != '[' {
			s.Skip()
			return
		}
		s.Open('[')
		for s.Element(len(into[i]) == 0) {
			into[i] = append(into[i], string(s.String()))
		}
	})
}

func position(params []Parameter, name []byte) int {
	for i := range params {
		if params[i].Name == string(name) {
			return i
		}
	}
	return -1
}

// unescapePath undoes the percent-encoding that the gateway leaves in path parameters.
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

// plainBody is the body's bytes.
func (r *request) plainBody() ([]byte, error) {
	if !r.base64 {
		return r.body, nil
	}
	return base64.StdEncoding.AppendDecode(nil, r.body)
}

// claimNames are those that package claims asks for, the subject first.
var claimNames = [...]string{"sub", "token_use", "username", "cognito:username", "client_id", "aud", "scope", "cognito:groups"}

// authorizerClaims are the texts of claimNames.
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

// caller is the caller's subject for logs, hashed: it tells which requests are
// of one caller, and not who that is. Empty without a caller.
func (r *request) caller() string {
	subject := r.claims[0]
	if subject == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(subject))
	return hex.EncodeToString(sum[:8])
}

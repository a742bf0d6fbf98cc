package deploy

import (
	"fmt"
	"strings"
)

// reserved are words that a service refuses inside a name that an environment's
// name becomes part of, with the service.
var reserved = []struct{ word, source string }{
	// Domain prefixes of user pools: "You can't use the text aws, amazon, or
	// cognito in the domain prefix", Amazon Cognito developer guide, "Using the
	// Amazon Cognito domain for managed login".
	{"aws", "Cognito refuses it in a user pool's domain"},
	{"amazon", "Cognito refuses it in a user pool's domain"},
	{"cognito", "Cognito refuses it in a user pool's domain"},
	// Bucket names, Amazon S3 user guide, "General purpose bucket naming rules".
	{"xn--", "S3 refuses it at the beginning of a bucket's name"},
}

// CheckName returns an error for a name that AWS would refuse somewhere on the
// way. It is called before anything is made.
func CheckName(environment string) error {
	for _, r := range reserved {
		if strings.Contains(environment, r.word) {
			return fmt.Errorf("environment %q contains %q: choose another name, because %s", environment, r.word, r.source)
		}
	}
	return nil
}

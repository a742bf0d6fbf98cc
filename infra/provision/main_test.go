package provision

import (
	"os"
	"testing"

	"github.com/meridian-api/meridian/infra/rehearsal/account"
)

// TestMain runs Terraform with as many levels of WAF's statements as the roots have. One
// more would take two thirds of all the time.
func TestMain(m *testing.M) {
	os.Setenv(account.StatementsVariable, "2")
	os.Exit(m.Run())
}

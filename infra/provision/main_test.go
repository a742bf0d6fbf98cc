package provision

import (
	"os"
	"testing"

	"github.com/meridian-api/meridian/infra/rehearsal/account"
)

// TestMain runs Terraform with the statements of WAF that the roots nest. All of them
// would take half of the time.
func TestMain(m *testing.M) {
	os.Setenv(account.StatementsVariable, "or_statement")
	os.Exit(m.Run())
}

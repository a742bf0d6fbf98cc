// Package provider is the stand-in for Terraform's AWS provider. It has the real
// argument schema and invents what AWS would return: nothing leaves the process.
//
// A value goes through three steps. A planner merges configuration, prior state and
// defaults and leaves unknown what AWS would choose; a filler replaces the unknown
// values with invented ones when they are applied; checks refuse what AWS certainly
// refuses. What the schema does not say about a type is in behaviour.json.
package provider

import (
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5/tf5server"

	"github.com/meridian-api/meridian/infra/rehearsal/account"
	"github.com/meridian-api/meridian/infra/rehearsal/schema"
)

// Serve serves the provider to the Terraform that started this process. It returns when
// Terraform ends the connection.
func Serve() error {
	cat, err := loadCatalog(schema.JSON, behaviourJSON)
	if err != nil {
		return err
	}
	if cat.statements, err = parseStatements(os.Getenv(account.StatementsVariable)); err != nil {
		return err
	}
	s := newServer(cat)
	if s.outside, err = openOutside(s.mem); err != nil {
		return err
	}
	return tf5server.Serve(schema.Address, func() tfprotov5.ProviderServer { return s })
}

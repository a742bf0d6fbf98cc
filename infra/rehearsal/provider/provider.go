package provider

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5/tf5server"

	"github.com/meridian-api/meridian/infra/rehearsal/schema"
)

// Serve serves the provider to the Terraform that has started this process, and
// returns when Terraform is done.
func Serve() error {
	cat, err := loadCatalog(schema.JSON, behaviourJSON)
	if err != nil {
		return err
	}
	return tf5server.Serve(schema.Address, func() tfprotov5.ProviderServer { return newServer(cat) })
}

package recorder

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

const (
	importAddress     = "aws_api_gateway_rest_api_put.document"
	deploymentAddress = "aws_api_gateway_deployment.api"
)

// API is what API Gateway has of a Region: an import changes the API, and a
// deployment copies the API into its stage.
type API struct{ Imported, Served string }

// ReadAPI returns the API of a Region, from the recorder's folder.
func ReadAPI(dir, region string) (API, error) {
	var a API
	data, err := os.ReadFile(apiFile(dir, region))
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &a)
	}
	return a, err
}

func apiFile(dir, region string) string { return filepath.Join(dir, "api-"+region+".json") }

// replaces reports whether a resource is replaced by a change: the import and the
// deployment of a document are, and so is the deployment of an import that -replace
// repeats.
func (r recorder) replaces(args []string, address string, want, have map[string]any) bool {
	if address != importAddress && address != deploymentAddress {
		return false
	}
	return fmt.Sprint(want) != fmt.Sprint(have) || slices.Contains(args, "-replace="+importAddress)
}

// serve imports and deploys what a plan asks for. The fault "import api/REGION"
// breaks an import off, which leaves a part of the document in the API.
func (r recorder) serve(region string, p recordedPlan) error {
	a, err := ReadAPI(r.dir, region)
	if err != nil {
		return err
	}
	document, _ := p.Want[importAddress]["document"].(string)
	var fault error
	if len(p.Want) == 0 {
		a = API{}
	} else if p.changes(importAddress) {
		a.Imported = document
		if fault = r.fault("import", "api/"+region); fault != nil {
			a.Imported = "a part of " + document
		}
	}
	if fault == nil && p.changes(deploymentAddress) && len(p.Want) > 0 {
		a.Served = a.Imported
	}
	data, err := json.Marshal(a)
	if err == nil {
		err = os.WriteFile(apiFile(r.dir, region), data, 0o600)
	}
	return errors.Join(fault, err)
}

// changes reports whether a plan changes a resource.
func (p recordedPlan) changes(address string) bool {
	return slices.ContainsFunc(p.Changes, func(change map[string]any) bool { return change["address"] == address })
}

package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/provision"
	"github.com/meridian-api/meridian/platform/resource"
)

// strongTables returns the names of a service's strongly consistent tables, sorted.
func strongTables(s *manifest.Service) []string {
	var names []string
	for _, name := range union(s.Tables, nil) {
		if s.Tables[name].Consistency == manifest.Strong {
			names = append(names, name)
		}
	}
	return names
}

// checkStrong returns an error if the number of Regions would change the mode of a table
// that is deployed: a table that is declared as strongly consistent is an ordinary one in
// an environment of one Region. DynamoDB makes only an empty table strongly consistent,
// and Terraform would remove the members of one that is.
func (o *rollout) checkStrong(ctx context.Context) error {
	several := len(o.environment.Regions) > 1
	for _, name := range union(o.shared.services, nil) {
		deployed, err := o.deployedModes(ctx, provision.Stack{Root: "data", Context: name})
		if err != nil {
			return err
		}
		for _, table := range strongTables(o.shared.services[name]) {
			_, ordinary := deployed[table+resource.OrdinarySuffix]
			switch {
			case several && ordinary:
				return fmt.Errorf("%s: table %s is ordinary because the environment had one Region, and DynamoDB makes only an empty table "+
					"strongly consistent: nothing was changed. Run ENV=%s go tool mage deploy:claims, which copies its items into a strongly "+
					"consistent table while writes are held, and then deploy:all", name, table, o.environment.Name)
			case !several && deployed[table]:
				return fmt.Errorf("%s: table %s is strongly consistent, and one Region would make it ordinary: nothing was changed. "+
					"Keep two Regions or more; drain one with deploy:drain if it is not to serve", name, table)
			}
		}
	}
	return nil
}

// deployedModes reports, for each table in the state of a stack of data, whether it is
// strongly consistent. A table that Terraform would replace is left out.
func (s *session) deployedModes(ctx context.Context, stack provision.Stack) (map[string]bool, error) {
	state, err := readState[struct {
		Resources []struct {
			Mode, Type string
			Instances  []struct {
				IndexKey   any `json:"index_key"`
				Status     string
				Attributes struct {
					Replica []struct {
						Mode string `json:"consistency_mode"`
					}
				}
			}
		}
	}](ctx, s, stack)
	if err != nil {
		return nil, err
	}
	modes := map[string]bool{}
	for _, r := range state.Resources {
		if r.Mode != "managed" || r.Type != "aws_dynamodb_table" {
			continue
		}
		for _, i := range r.Instances {
			name, isText := i.IndexKey.(string)
			if !isText || i.Status == "tainted" {
				continue
			}
			modes[name] = false
			for _, replica := range i.Attributes.Replica {
				modes[name] = modes[name] || replica.Mode == "STRONG"
			}
		}
	}
	return modes, nil
}

// strongReplicas returns the Regions with a replica of strongly consistent tables, as the
// environment's file has them.
func (s *session) strongReplicas() []string {
	strong, _ := s.settings["strong"].(map[string]any)
	replicas, _ := strong["replicas"].([]any)
	var regions []string
	for _, r := range replicas {
		if region, ok := r.(string); ok {
			regions = append(regions, region)
		}
	}
	return regions
}

// deployedMembers returns the Regions with a replica of strongly consistent tables, if one
// is deployed.
func (s *session) deployedMembers(ctx context.Context) ([]string, error) {
	for _, name := range s.contexts {
		modes, err := s.deployedModes(ctx, provision.Stack{Root: "data", Context: name})
		if err != nil {
			return nil, err
		}
		for _, strong := range modes {
			if strong {
				return s.strongReplicas(), nil
			}
		}
	}
	return nil, nil
}

// members returns the Regions that have a replica of strongly consistent tables after the
// roll-out.
func (o *rollout) members() []string {
	if len(o.environment.Regions) > 1 && len(o.strongTables()) > 0 {
		return o.strongReplicas()
	}
	return nil
}

// strongTables returns the strongly consistent tables of all contexts.
func (o *rollout) strongTables() []string {
	var tables []string
	for _, name := range union(o.shared.services, nil) {
		tables = append(tables, strongTables(o.shared.services[name])...)
	}
	return tables
}

// printMembers prints the members of strongly consistent tables in Regions that do not
// serve: they are kept and paid for.
func (o *rollout) printMembers() {
	for _, region := range o.members() {
		if !slices.Contains(o.environment.Regions, region) {
			fmt.Fprintf(o.out, "%s does not serve. It keeps its key and its replica of %s, because a strongly consistent table keeps its members\n",
				region, strings.Join(o.strongTables(), ", "))
		}
	}
}

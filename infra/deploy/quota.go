package deploy

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
)

// unreserved is how many concurrent executions Lambda keeps for functions without a
// reservation (AWS Lambda developer guide, "Configuring reserved concurrency").
const unreserved = 100

// reservations has the settings of an environment that take a part of the account's
// concurrent executions.
type reservations struct {
	Account   string
	Home      string
	Regions   []string
	Modules   map[string]string // releases that contexts are pinned to
	Functions struct {
		ReservedConcurrency   int
		ReservedConcurrencyOf map[string]int
	}
}

// rotationReserves is the reservation of the function that rotates secrets
// (infra/terraform/global/rotation.tf), which is in the home Region.
const rotationReserves = 1

// sum returns the executions that the environment reserves in a Region.
func (r reservations) sum(region string, d deployed) int {
	total := 0
	if region == r.Home {
		total = r.Functions.ReservedConcurrency // of the function that adds claims to tokens (global/claims.tf)
		if d.rotates && r.Functions.ReservedConcurrency > 0 {
			total += rotationReserves
		}
	}
	for _, name := range d.functions {
		n, own := r.Functions.ReservedConcurrencyOf[name]
		if !own {
			n = r.Functions.ReservedConcurrency
		}
		total += n
	}
	return total
}

// checkConcurrency compares the account's quota in a Region with the reservations of
// all environments that share it.
func (s *session) checkConcurrency(ctx context.Context, a account, region string) (string, error) {
	allowed, err := a.concurrency(ctx, region)
	if err != nil {
		return "", err
	}
	reserved, shares, err := s.reservedIn(ctx, region)
	if err != nil {
		return "", err
	}
	if reserved == 0 {
		return fmt.Sprintf("%d concurrent executions are allowed, and no function reserves any", allowed), nil
	}
	if needed := reserved + unreserved; allowed < needed {
		return "", fmt.Errorf("the account allows %d concurrent executions, and %s need %d, of which Lambda keeps %d for other functions: "+
			"request %d for the quota L-B99A9384 in %s, or lower functions.reservedConcurrency",
			allowed, strings.Join(shares, ", "), needed, unreserved, needed, region)
	}
	return fmt.Sprintf("%d of %d concurrent executions are reserved by %s", reserved, allowed, strings.Join(shares, ", ")), nil
}

// reservedIn returns what the environments of the account reserve in a Region, with
// the share of each. Developers' environments have no file, and count only if one
// of them is being checked.
func (s *session) reservedIn(ctx context.Context, region string) (total int, shares []string, err error) {
	files, err := workspace.ReadEnvironments[reservations](s.root)
	if err != nil {
		return 0, nil, err
	}
	for _, file := range files {
		name, r := file.Name, file.Settings
		if name == workspace.EnvironmentTemplate {
			if s.named {
				continue
			}
			name = s.environment.Name
		}
		if r.Account == s.environment.Account && slices.Contains(r.Regions, region) {
			functions, err := deployedFunctions(ctx, s.root, r.Modules)
			if err != nil {
				return 0, nil, fmt.Errorf("%s: %w", name, err)
			}
			n := r.sum(region, functions)
			total += n
			shares = append(shares, fmt.Sprintf("%s (%d)", name, n))
		}
	}
	return total, shares, nil
}

// deployed has the functions that every environment deploys.
type deployed struct {
	// functions has the functions of all contexts, such as accounts-get-account.
	functions []string
	// rotates reports whether a secret rotates, for which there is one more function.
	rotates bool
}

// deployedFunctions reads the manifests of all contexts. A pinned context has the
// manifest of its release, and any other context the manifest of the working tree.
func deployedFunctions(ctx context.Context, root string, pinned map[string]string) (deployed, error) {
	var d deployed
	ws, err := workspace.Find(root)
	if err != nil {
		return d, err
	}
	contexts, err := ws.Contexts()
	if err != nil {
		return d, err
	}
	manifests := map[string]*manifest.Service{}
	for name, version := range pinned {
		tag := name + "/" + version
		show := command.Command{Name: "git", Args: []string{"show", tag + ":" + name + "/" + manifest.File}, Dir: root}
		data, err := show.Output(ctx)
		if err != nil {
			return d, fmt.Errorf("the manifest of %s: %w: fetch the tag with 'git fetch --tags'", tag, err)
		}
		if manifests[name], err = manifest.Parse(tag+" "+manifest.File, data); err != nil {
			return d, err
		}
	}
	for _, c := range contexts {
		if _, isPinned := manifests[c.Name]; isPinned {
			continue
		}
		if manifests[c.Name], err = c.Manifest(); err != nil {
			return d, err
		}
	}
	for _, context := range slices.Sorted(maps.Keys(manifests)) {
		m := manifests[context]
		for name := range m.Functions {
			d.functions = append(d.functions, context+"-"+name)
		}
		for _, secret := range m.Secrets {
			d.rotates = d.rotates || secret.RotationDays > 0
		}
	}
	return d, nil
}

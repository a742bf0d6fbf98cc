package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/workspace"
)

// sharedQuota is a quota of an account that all of its environments use up together.
type sharedQuota struct {
	name string
	// limit is AWS's default, without an increase.
	limit int
	// of returns how much an environment with a number of contexts uses.
	of func(contexts int) int
	// account is what the account itself uses (bootstrap), in each Region if regional.
	account int
	// regional reports whether each Region has the quota for itself.
	regional bool
}

// sharedQuotas has the quotas that count resources of infra/terraform which every
// environment has. Cognito has no quota of its own for prefix domains: a pool has one, and
// pools are counted in all Regions together. Sources: "AWS X-Ray endpoints and quotas",
// "Quotas" in the Amazon CloudFront developer guide, "Quotas in Amazon Cognito" and
// "CloudWatch Logs quotas".
var sharedQuotas = []sharedQuota{
	{name: "X-Ray groups", limit: 25, of: func(contexts int) int { return contexts + 1 }, regional: true},
	{name: "X-Ray sampling rules", limit: 25, of: func(int) int { return 2 }, regional: true},
	{name: "CloudFront response headers policies", limit: 20, of: func(int) int { return 1 }},
	{name: "Cognito user pools with a domain", limit: 1000, of: func(int) int { return 1 }},
	// AWS does not raise it. An environment adds nothing to the account's one policy.
	{name: "CloudWatch Logs resource policies", limit: 10, of: func(int) int { return 0 }, account: 1, regional: true},
}

// checkShared adds up what the environments of the account use of each shared quota,
// with the session's own: those with a file, and those that were created without one.
func (s *session) checkShared(ctx context.Context) (string, error) {
	environments, err := s.environmentsOfAccount(ctx)
	if err != nil {
		return "", err
	}
	var found, over []string
	for _, q := range sharedQuotas {
		used, where := q.most(environments, len(s.contexts))
		text := fmt.Sprintf("%d of %d %s%s", used, q.limit, q.name, where)
		found = append(found, text)
		if used > q.limit {
			over = append(over, text)
		}
	}
	if over != nil {
		return "", fmt.Errorf("the account's %d environments need %s: remove one with deploy:destroy or deploy:reap, or request an increase",
			len(environments), strings.Join(over, ", "))
	}
	return strings.Join(found, ", "), nil
}

// most returns the sum of the Region in which most is used, and its name.
func (q sharedQuota) most(environments map[string][]string, contexts int) (used int, where string) {
	if !q.regional {
		return q.account + len(environments)*q.of(contexts), ""
	}
	sums := map[string]int{}
	for _, regions := range environments {
		for _, r := range regions {
			if sums[r] == 0 {
				sums[r] = q.account
			}
			if sums[r] += q.of(contexts); sums[r] > used || sums[r] == used && " in "+r < where {
				used, where = sums[r], " in "+r
			}
		}
	}
	return used, where
}

// environmentsOfAccount returns the Regions of the account's environments by name.
func (s *session) environmentsOfAccount(ctx context.Context) (map[string][]string, error) {
	all := map[string][]string{s.environment.Name: s.environment.Regions}
	files, err := workspace.ReadEnvironments[reservations](s.root)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if file.Name != workspace.EnvironmentTemplate && file.Settings.Account == s.environment.Account {
			all[file.Name] = file.Settings.Regions
		}
	}
	created, err := s.recordedCreations(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range created {
		all[e.name] = slices.Clone(e.Regions)
	}
	return all, nil
}

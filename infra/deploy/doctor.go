package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/infra/provision"
	"github.com/meridian-api/meridian/platform/resource"
)

// account has what doctor asks AWS and the DNS.
type account interface {
	// identity returns the account of the credentials, 12 digits.
	identity(ctx context.Context) (string, error)
	// hasBucket reports whether a bucket exists and can be read.
	hasBucket(ctx context.Context, bucket, region string) (bool, error)
	// zoneServers returns the name servers of the hosted zone of a domain, none if
	// there is no such zone.
	zoneServers(ctx context.Context, domain string) ([]string, error)
	// resolvedServers returns the name servers that the public DNS has for a domain.
	resolvedServers(ctx context.Context, domain string) ([]string, error)
	// concurrency returns the concurrent executions that Lambda allows in a Region.
	concurrency(ctx context.Context, region string) (int, error)
}

// Doctor checks what a deployment of the environment that ENV names needs, before
// anything is made: programs, credentials, the account's bucket, the zone, and
// quotas. It prints a line for each check, and what to do for each that fails.
func Doctor(ctx context.Context, dir string, getenv func(string) string, out io.Writer) error {
	s, err := openSession(ctx, dir, getenv, out)
	if err != nil {
		return err
	}
	return s.doctor(ctx, awsAccount{})
}

// check is one line of doctor. run returns what it found.
type check struct {
	name string
	run  func(context.Context) (string, error)
}

func (s *session) doctor(ctx context.Context, a account) error {
	checks := []check{
		{"name", func(context.Context) (string, error) { return s.environment.Name, CheckName(s.environment.Name) }},
		{"Terraform", s.checkTerraform},
		{"Go", s.checkGo},
		{"git", s.checkGit},
		{"account", func(ctx context.Context) (string, error) { return s.checkAccount(ctx, a) }},
		{"state", func(ctx context.Context) (string, error) { return s.checkBucket(ctx, a) }},
		{"zone", func(ctx context.Context) (string, error) { return s.checkZone(ctx, a) }},
	}
	checks = append(checks, check{"shared quotas", s.checkShared})
	for _, region := range s.environment.Regions {
		checks = append(checks, check{"Lambda in " + region, func(ctx context.Context) (string, error) {
			return s.checkConcurrency(ctx, a, region)
		}})
	}
	failed := 0
	for _, c := range checks {
		found, err := c.run(ctx)
		if err == nil {
			fmt.Fprintf(s.out, "ok      %s: %s\n", c.name, found)
			continue
		}
		failed++
		fmt.Fprintf(s.out, "FAILED  %s: %s\n", c.name, err)
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d checks failed", failed, len(checks))
	}
	return nil
}

// oldestTerraform is the version that infra/terraform/base.tf requires.
const oldestTerraform = "v1.11.0"

func (s *session) checkTerraform(ctx context.Context) (string, error) {
	out, err := command.Command{Name: s.terraform, Args: []string{"version", "-json"}, Env: provision.Environ}.Output(ctx)
	if err != nil {
		return "", fmt.Errorf("%w: install Terraform, or name the program with TERRAFORM", err)
	}
	var v struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(out, &v); err != nil || !semver.IsValid("v"+v.Version) {
		return "", fmt.Errorf("%s prints no version: %q", s.terraform, out)
	}
	if semver.Compare("v"+v.Version, oldestTerraform) < 0 {
		return "", fmt.Errorf("version %s is too old: install %s or later", v.Version, oldestTerraform[1:])
	}
	return v.Version, nil
}

func (s *session) checkGo(ctx context.Context) (string, error) {
	out, err := command.Go(s.root, "env", "GOVERSION").Output(ctx)
	if err != nil {
		return "", err
	}
	running, _, _ := strings.Cut(runtime.Version(), " ") // experiments may follow
	if found := strings.TrimSpace(string(out)); found != running {
		return "", fmt.Errorf("go is %s, and this program was built with %s: put one of them first in PATH", found, running)
	}
	return running, nil
}

func (s *session) checkGit(ctx context.Context) (string, error) {
	out, err := command.Command{Name: "git", Args: []string{"rev-parse", "--short", "HEAD"}, Dir: s.root}.Output(ctx)
	if err != nil {
		return "", fmt.Errorf("%w: deploy from a clone of the repository", err)
	}
	return "commit " + strings.TrimSpace(string(out)), nil
}

// checkAccount compares the account of the credentials with the environment's.
func (s *session) checkAccount(ctx context.Context, a account) (string, error) {
	found, err := a.identity(ctx)
	if err != nil {
		return "", fmt.Errorf("no credentials of AWS: %w: sign in, for example with aws sso login", err)
	}
	if found != s.environment.Account {
		return "", fmt.Errorf("the credentials are of account %s, and %s belongs to %s: choose another profile with AWS_PROFILE",
			found, s.environment.Name, s.environment.Account)
	}
	return found, nil
}

func (s *session) checkBucket(ctx context.Context, a account) (string, error) {
	if s.environment.State.Backend == "local" {
		return "files of this machine", nil
	}
	bucket := resource.StateBucketName(s.environment.System, s.environment.Account)
	found, err := a.hasBucket(ctx, bucket, s.environment.State.Region)
	if err != nil {
		return "", fmt.Errorf("bucket %s: %w", bucket, err)
	}
	if !found {
		return "", fmt.Errorf("there is no bucket %s: bootstrap the account once, as infra/terraform/README.md describes", bucket)
	}
	return bucket, nil
}

// checkZone checks that the hosted zone exists and that the DNS delegates to it.
func (s *session) checkZone(ctx context.Context, a account) (string, error) {
	zone, _ := s.settings["zone"].(string)
	if zone == "" {
		return "", errors.New("the environment has no zone: name a hosted zone of Route 53 in its file")
	}
	servers, err := a.zoneServers(ctx, zone)
	if err != nil {
		return "", fmt.Errorf("%s: %w", zone, err)
	}
	if len(servers) == 0 {
		return "", fmt.Errorf("no public hosted zone %s in Route 53: create it, and delegate to its name servers at the domain's registrar", zone)
	}
	resolved, err := a.resolvedServers(ctx, zone)
	if err != nil || !equalServers(resolved, servers) {
		return "", fmt.Errorf("%s is not delegated: the DNS has %v: set its name servers to %v", zone, resolved, servers)
	}
	return zone + " is delegated", nil
}

// equalServers compares names of hosts in any order, with or without the last dot.
func equalServers(a, b []string) bool {
	normal := func(names []string) []string {
		var n []string
		for _, name := range names {
			n = append(n, strings.ToLower(strings.TrimSuffix(name, ".")))
		}
		slices.Sort(n)
		return n
	}
	return slices.Equal(normal(a), normal(b))
}

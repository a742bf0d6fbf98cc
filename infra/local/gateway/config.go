package gateway

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
)

var (
	regionPattern  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)
	accountPattern = regexp.MustCompile(`^\d{12}$`)
	stagePattern   = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)
	// A stage variable's name and value as CreateStage accepts them.
	variableName  = regexp.MustCompile(`^[A-Za-z0-9_]+$`)
	variableValue = regexp.MustCompile(`^[A-Za-z0-9._~:/?#&=,-]+$`)
)

// check checks the configuration apart from the document. Its values become parts of
// ARNs and paths, where a wrong character would cause errors far from here.
func (c Config) check() error {
	var errs []error
	match := func(name, value string, pattern *regexp.Regexp) {
		if !pattern.MatchString(value) {
			errs = append(errs, fmt.Errorf("gateway: %s %q does not match %s", name, value, pattern))
		}
	}
	match("Region", c.Region, regionPattern)
	match("AccountID", c.AccountID, accountPattern)
	match("Stage", c.Stage, stagePattern)
	for _, name := range slices.Sorted(maps.Keys(c.Variables)) {
		match("the name of stage variable", name, variableName)
		match("stage variable "+name, c.Variables[name], variableValue)
	}
	if c.DomainName == "" {
		errs = append(errs, errors.New("gateway: DomainName is empty"))
	}
	if c.Functions == nil {
		errs = append(errs, errors.New("gateway: Functions is nil"))
	}
	for _, arn := range slices.Sorted(maps.Keys(c.Pools)) {
		if c.Pools[arn].Issuer == "" || c.Pools[arn].JWKSURL == "" {
			errs = append(errs, fmt.Errorf("gateway: pool %s has no Issuer or no JWKSURL", arn))
		}
	}
	return errors.Join(errs...)
}

// shortID returns an identifier in the form of API Gateway's resource IDs: n
// characters of 0-9 and a-z, at most 40. The same parts have the same identifier.
func shortID(n int, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return new(big.Int).SetBytes(sum[:]).Text(36)[:n]
}

package deploy

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/meridian-api/meridian/infra/provision"
)

// printAddresses prints where the API, the portal and the dashboards are.
func (s *session) printAddresses(ctx context.Context) error {
	rows := [][2]string{}
	add := func(name string, stack provision.Stack) error {
		url, err := s.outputOf(ctx, stack, "url")
		if err == nil && url != "" {
			rows = append(rows, [2]string{name, url})
		}
		return err
	}
	errs := []error{add("API, the nearest Region", provision.Stack{Root: "global"})}
	for _, region := range s.environment.Regions {
		errs = append(errs, add("API in "+region, provision.Stack{Root: "api", Region: region}))
	}
	errs = append(errs, add("portal", provision.Stack{Root: "portal"}))
	if err := errors.Join(errs...); err != nil || len(rows) == 0 {
		return err
	}
	for _, region := range s.environment.Regions {
		rows = append(rows, [2]string{"dashboard of " + region, dashboardURL(s.environment.Name, region)})
	}
	fmt.Fprintln(s.out)
	if s.rehearses {
		fmt.Fprintln(s.out, "On AWS, they would be at:")
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintf(table, "  %s\t%s\n", row[0], row[1])
	}
	return table.Flush()
}

// dashboardURL returns the address of a Region's dashboard in AWS's console. Its name is
// set in infra/terraform/api/dashboard.tf.
func dashboardURL(environment, region string) string {
	return fmt.Sprintf("https://%s.console.aws.amazon.com/cloudwatch/home?region=%s#dashboards/dashboard/%s-%s",
		region, region, environment, region)
}

// outputOf returns an output of a stack that is a string; empty without one.
func (s *session) outputOf(ctx context.Context, stack provision.Stack, name string) (string, error) {
	state, err := readState[struct {
		Outputs map[string]struct{ Value any }
	}](ctx, s, stack)
	if err != nil {
		return "", err
	}
	text, _ := state.Outputs[name].Value.(string)
	return text, nil
}

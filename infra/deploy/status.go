package deploy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/meridian-api/meridian/infra/release"
)

// Status prints what each Region of the environment named by ENV runs: release,
// commit, document, module versions, time, and whether it is drained. With drift it
// prints what is not as Terraform left it, too. That is an option because it reads
// every resource from AWS, which takes minutes, and the rest takes seconds.
func Status(ctx context.Context, dir string, getenv func(string) string, drift *bool, out io.Writer) error {
	s, err := openSession(ctx, dir, getenv, out)
	if err != nil {
		return err
	}
	return s.status(ctx, value(drift))
}

func (s *session) status(ctx context.Context, drift bool) error {
	existing, err := s.existing(ctx)
	if err != nil {
		return err
	}
	if err := s.mayCreate(existing, false); err != nil {
		return err
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "REGION\tRELEASE\tCOMMIT\tDOCUMENT\tSINCE\tDNS\tMODULES")
	regions := regionsOf(existing)
	for _, region := range s.environment.Regions {
		if !slices.Contains(regions, region) {
			regions = append(regions, region)
		}
	}
	for _, region := range regions {
		if err := s.statusOf(ctx, table, region); err != nil {
			return err
		}
	}
	if err := table.Flush(); err != nil || !drift {
		return err
	}
	fmt.Fprintln(s.out)
	return s.drift(ctx, existing)
}

func (s *session) statusOf(ctx context.Context, out io.Writer, region string) error {
	record, err := readRegion(ctx, s.store, region)
	if err != nil {
		return err
	}
	dns := "in"
	switch {
	case !slices.Contains(s.environment.Regions, region):
		dns = "leaves"
	case record.Drained:
		dns = "drained"
	}
	if record.Release == "" {
		fmt.Fprintf(out, "%s\tnone\t\t\t\t%s\t\n", region, dns)
		return nil
	}
	r, err := s.store.Release(ctx, record.Release)
	if errors.Is(err, release.ErrNotKept) {
		fmt.Fprintf(out, "%s\t%s\tnot stored\t\t%s\t%s\t\n", region, record.Release, record.Time.Format(time.RFC3339), dns)
		return nil
	}
	if err != nil {
		return err
	}
	name := record.Release
	if record.Pending != "" {
		name += " (" + record.Pending + " incomplete)"
	}
	fmt.Fprintf(out, "%s\t%s\t%.12s\t%.12s\t%s\t%s\t%s\n", region, name, r.Commit, r.Document.SHA256,
		record.Time.Format(time.RFC3339), dns, versions(r))
	return nil
}

// versions lists the modules that have functions, with their versions.
func versions(r *release.Release) string {
	var list []string
	for _, module := range union(r.Manifests, nil) {
		list = append(list, module+" "+r.Modules[module])
	}
	return strings.Join(list, " ")
}

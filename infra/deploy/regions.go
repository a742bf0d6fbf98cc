package deploy

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// SetRegions records other Regions for the environment that ENV names, which has no
// file. The next deploy:all adds and removes Regions.
func SetRegions(ctx context.Context, dir string, getenv func(string) string, regions string, out io.Writer) error {
	s, err := openSession(ctx, dir, getenv, out)
	if err != nil {
		return err
	}
	return s.setRegions(ctx, strings.Split(regions, ","))
}

func (s *session) setRegions(ctx context.Context, regions []string) error {
	name := s.environment.Name
	if s.named {
		return fmt.Errorf("%s has a file: edit its regions there", name)
	}
	if s.created != nil {
		return fmt.Errorf("%s is not created yet: run REGIONS=%s ENV=%s go tool mage deploy:all -create", name, strings.Join(regions, ","), name)
	}
	if err := s.checkRegions(regions); err != nil {
		return err
	}
	var c creation
	if _, err := s.store.ReadRecord(ctx, creationRecord, &c); err != nil {
		return err
	}
	before := c.Regions
	c.Regions = regions
	if err := s.store.WriteRecord(ctx, creationRecord, c); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s is to serve in %s, and served in %s. Run ENV=%s go tool mage deploy:all to apply it.\n",
		name, strings.Join(regions, ","), strings.Join(before, ","), name)
	return nil
}

package deploy

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/infra/provision"
	"github.com/meridian-api/meridian/infra/release"
)

// rehearsedEnvironment is what Rehearse works on if ENV is not set. It has no file,
// so its settings are the template's.
const rehearsedEnvironment = "rehearsal"

// Rehearse rehearses an environment's life without an AWS account, under constant
// load: it deploys the working tree, rolls another release of it out, goes back,
// drains each Region, and rolls out a release that fails its smoke tests. It prints
// how many requests failed in each, and fails if that was more than a roll-out may
// cost.
func Rehearse(ctx context.Context, dir string, getenv func(string) string, out io.Writer) error {
	s, err := openSession(ctx, dir, func(name string) string {
		value := getenv(name)
		switch {
		case name == provision.RehearseVariable:
			return "1"
		case name == provision.EnvironmentVariable && value == "":
			return rehearsedEnvironment
		}
		return value
	}, out)
	if err != nil {
		return err
	}
	defer s.close()
	return s.rehearseAll(ctx, s.build, usualPace)
}

// rehearseAll rehearses with what build builds.
func (s *session) rehearseAll(ctx context.Context, build func(context.Context) (*release.Release, error), p pace) error {
	first, err := build(ctx)
	if err != nil {
		return err
	}
	changed, err := s.variant(ctx, first, "changed")
	if err != nil {
		return err
	}
	broken, err := s.variant(ctx, first, "broken")
	if err != nil {
		return err
	}
	if err := s.breakHealth(ctx, broken); err != nil {
		return err
	}
	if err := s.rollOut(ctx, first); err != nil {
		return err
	}
	h, err := newHouse(ctx, s.store, first, s.settings, s.system)
	if err != nil {
		return err
	}
	l, err := newLoad(ctx, s.embedded, p.rate, s.environment.Regions, h)
	if err != nil {
		return err
	}
	err = s.rehearsePhases(ctx, l, p.quiet, changed, broken)
	l.stop()
	return errors.Join(err, l.print(s.out, s.environment.Regions[0]))
}

const failingPhase = "failing release"

func (s *session) rehearsePhases(ctx context.Context, l *load, quiet time.Duration, changed, broken *release.Release) error {
	c := s.checker()
	l.phase("steady")
	time.Sleep(quiet)
	l.phase("roll-out")
	if err := s.rollOut(ctx, changed); err != nil {
		return err
	}
	l.phase("rollback")
	if err := s.rollBack(ctx, "", c); err != nil {
		return err
	}
	for _, region := range s.environment.Regions {
		l.phase("drain " + region)
		if err := s.setDrained(ctx, region, true, c); err != nil {
			return err
		}
		time.Sleep(quiet)
		if err := s.setDrained(ctx, region, false, c); err != nil {
			return err
		}
	}
	l.phase(failingPhase)
	err := s.rollOut(ctx, broken)
	var failed *ProbeError
	if !errors.As(err, &failed) {
		return errors.Join(errors.New("the release with a broken function did not fail its smoke tests"), err)
	}
	fmt.Fprintf(s.out, "\nas intended, the broken release failed: %v\n", failed)
	l.phase("afterwards")
	time.Sleep(quiet)
	return nil
}

// rollOut rolls a release out into all Regions.
func (s *session) rollOut(ctx context.Context, r *release.Release) error {
	return s.all(ctx, Options{Create: true}, func(context.Context) (*release.Release, error) { return r, nil }, s.checker())
}

// variant stores a release of the same code in which every package and the document
// differ, so that a roll-out replaces everything.
func (s *session) variant(ctx context.Context, r *release.Release, note string) (*release.Release, error) {
	v := *r
	v.Functions = map[string]map[string]release.File{}
	for module, functions := range r.Functions {
		v.Functions[module] = map[string]release.File{}
		for name, file := range functions {
			data, err := s.store.Read(ctx, file)
			if err != nil {
				return nil, err
			}
			if data, err = annotatedZip(data, note); err != nil {
				return nil, err
			}
			if v.Functions[module][name], err = s.store.Put(ctx, data); err != nil {
				return nil, err
			}
			if binary := s.embedded.binary(file, name); exists(binary) {
				if err := s.embedded.keep(binary, v.Functions[module][name], name); err != nil {
					return nil, err
				}
			}
		}
	}
	document, err := s.store.Read(ctx, r.Document)
	if err != nil {
		return nil, err
	}
	if document, err = annotatedDocument(document, note); err != nil {
		return nil, err
	}
	if v.Document, err = s.store.Put(ctx, document); err != nil {
		return nil, err
	}
	return &v, s.store.Keep(ctx, &v)
}

// annotatedZip returns the archive with a comment. Its files stay the same.
func annotatedZip(data []byte, note string) ([]byte, error) {
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	out := zip.NewWriter(&buf)
	for _, f := range in.File {
		if err := out.Copy(f); err != nil {
			return nil, err
		}
	}
	if err := out.SetComment(note); err != nil {
		return nil, err
	}
	err = out.Close() // before Bytes: it writes the directory
	return buf.Bytes(), err
}

// annotatedDocument returns the document with a note in its description, and with a
// digest of its own.
func annotatedDocument(data []byte, note string) ([]byte, error) {
	digest, err := deployable.Digest(data)
	if err != nil {
		return nil, err
	}
	var document map[string]json.RawMessage
	if err := json.Unmarshal(data, &document); err != nil {
		return nil, err
	}
	var info map[string]any
	if err := json.Unmarshal(document["info"], &info); err != nil {
		return nil, err
	}
	info["description"] = note
	if document["info"], err = json.Marshal(info); err != nil {
		return nil, err
	}
	if data, err = json.Marshal(document); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	return bytes.ReplaceAll(data, []byte(digest), []byte(hex.EncodeToString(sum[:])[:len(digest)])), nil
}

// breakHealth makes the first health operation of a release a program that cannot be
// started: every release has one, and the smoke tests that follow from the contract
// call it.
func (s *session) breakHealth(ctx context.Context, r *release.Release) error {
	h, err := newHouse(ctx, s.store, r, s.settings, s.system)
	if err != nil {
		return err
	}
	for _, context := range union(h.services, nil) {
		for _, name := range union(h.services[context].Functions, nil) {
			if h.services[context].Functions[name].Health {
				return s.embedded.write(s.embedded.binary(r.Functions[context][name], name), []byte("not a program"))
			}
		}
	}
	return errors.New("no context has a health operation, which a rehearsal breaks to see its smoke tests fail")
}

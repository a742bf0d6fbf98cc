package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/objects"
	"github.com/meridian-api/meridian/infra/provision"
	"github.com/meridian-api/meridian/infra/rehearsal"
	"github.com/meridian-api/meridian/infra/release"
	"github.com/meridian-api/meridian/platform/system"
)

// session is one command on one environment.
type session struct {
	root        string // the monorepo's
	system      workspace.System
	environment provision.Environment
	settings    map[string]any // the environment's file, as it is
	named       bool           // whether the environment has a file of its own
	created     *creation      // of an environment without a file and without a record, else nil
	contexts    []string       // of the working tree, and pinned ones
	work        string         // the folder for staged stacks, logs and registers
	localStates string
	terraform   string    // the program
	environ     []string  // added to Terraform's environment
	rehearses   bool      // on the stand-in
	embedded    *embedded // the cloud of a rehearsal, else nil
	states      objects.Bucket
	allStates   objects.Bucket // of all environments, in a folder each
	store       *release.Store
	out         *console
	terminal    bool        // whether out is one
	events      *jsonLines  // for -json
	initialize  *sync.Mutex // Terraform's plugin cache takes one init at a time
	spent       *spent
}

// openSession reads the environment that getenv names, and opens its states and
// releases. It changes nothing.
func openSession(ctx context.Context, dir string, getenv func(string) string, out io.Writer) (*session, error) {
	ws, err := workspace.Find(dir)
	if err != nil {
		return nil, err
	}
	contexts, err := ws.Contexts()
	if err != nil {
		return nil, err
	}
	name := getenv(provision.EnvironmentVariable)
	if err := CheckName(name); err != nil {
		return nil, err
	}
	s := &session{root: ws.Root, out: &console{out: out}, terminal: isTerminal(out), terraform: "terraform", initialize: &sync.Mutex{},
		spent: newSpent()}
	if binary := getenv(provision.TerraformVariable); binary != "" {
		s.terraform = binary
	}
	if s.environment, err = provision.ReadEnvironment(ws.Root, name); err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, c := range contexts {
		names[c.Name] = ""
	}
	s.contexts = union(names, s.environment.Modules)
	if err := s.readSettings(); err != nil {
		return nil, err
	}
	if s.system, err = workspace.ReadSystem(ws.Root); err != nil {
		return nil, err
	}
	system.Set(s.system.System)
	s.work = filepath.Join(ws.Root, filepath.FromSlash(provision.Staged), name)
	s.localStates = filepath.Join(ws.Root, filepath.FromSlash(provision.Environments), provision.LocalStates, name)
	if getenv(provision.RehearseVariable) == "1" {
		if err := s.rehearse(ctx); err != nil {
			return nil, err
		}
	}
	if err := s.openStates(ctx); err != nil {
		return nil, err
	}
	return s, s.readCreation(ctx, getenv, time.Now())
}

// readSettings reads the environment's file, or the template that stands in for it.
func (s *session) readSettings() error {
	_, data, own, err := provision.ReadSettings(s.root, s.environment.Name)
	if err != nil {
		return err
	}
	s.named = own
	return json.Unmarshal(data, &s.settings)
}

const rehearsalNotice = `This is a rehearsal of %s. Terraform runs on a stand-in for the AWS provider, which makes up
what AWS would return: nothing reaches AWS, and no account is needed. Functions and documents are rolled
out in the embedded cloud as well, where the checks are sent. States and logs are in %s.
`

// rehearsedAccounts is the folder, beside the states of a rehearsal, of what the
// stand-in has made.
const rehearsedAccounts = "accounts"

// rehearse makes Terraform run on the stand-in, with states and files of its own.
func (s *session) rehearse(ctx context.Context) error {
	provider, err := rehearsal.Install(ctx, s.root)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, rehearsalNotice, s.environment.Name, filepath.Join(filepath.FromSlash(rehearsal.Dir), s.environment.Name))
	s.rehearses = true
	s.environment.State.Backend = "local"
	s.work = filepath.Join(s.root, filepath.FromSlash(rehearsal.Dir), s.environment.Name)
	s.environ = provider.Keeping(filepath.Join(s.work, rehearsedAccounts))
	s.localStates = filepath.Join(s.work, provision.LocalStates)
	s.embedded = &embedded{dir: s.work, binaries: filepath.Join(s.work, "binaries")}
	return nil
}

func (s *session) openStates(ctx context.Context) error {
	location := provision.StatesOf(s.environment, s.localStates)
	var err error
	if s.states, err = objects.Open(ctx, location); err != nil {
		return err
	}
	if s.allStates, err = objects.Open(ctx, s.environmentsLocation()); err != nil {
		return err
	}
	s.store = release.New(objects.Under(s.states, "releases/"))
	return nil
}

// existing returns the stacks that have resources, in the order of their keys.
func (s *session) existing(ctx context.Context) ([]provision.Stack, error) {
	found, err := s.states.List(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("list the states of %s: %w", s.environment.Name, err)
	}
	var stacks []provision.Stack
	for _, o := range found {
		key, isState := strings.CutSuffix(o.Key, provision.StateSuffix)
		stack, isStack := provision.ParseKey(key)
		if !isState || !isStack {
			continue
		}
		resources, err := s.resources(ctx, stack)
		if err != nil {
			return nil, err
		}
		if len(resources) > 0 {
			stacks = append(stacks, stack)
		}
	}
	slices.SortFunc(stacks, func(a, b provision.Stack) int { return strings.Compare(a.Key(), b.Key()) })
	return stacks, nil
}

// resources returns the addresses of the resources in a stack's state, without
// data sources. Terraform documents the format of a state for its versions 4.
func (s *session) resources(ctx context.Context, stack provision.Stack) ([]string, error) {
	state, err := readState[struct {
		Resources []struct {
			Module, Mode, Type, Name string
			Instances                []struct {
				IndexKey any `json:"index_key"`
			}
		}
	}](ctx, s, stack)
	if err != nil {
		return nil, err
	}
	var addresses []string
	for _, r := range state.Resources {
		if r.Mode != "managed" {
			continue
		}
		address := strings.TrimPrefix(r.Module+"."+r.Type+"."+r.Name, ".")
		for _, i := range r.Instances {
			switch key := i.IndexKey.(type) {
			case string:
				addresses = append(addresses, fmt.Sprintf("%s[%q]", address, key))
			case float64:
				addresses = append(addresses, fmt.Sprintf("%s[%v]", address, key))
			default:
				addresses = append(addresses, address)
			}
		}
	}
	return addresses, nil
}

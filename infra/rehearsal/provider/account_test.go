package provider

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"

	"github.com/meridian-api/meridian/infra/provision/importid"
	"github.com/meridian-api/meridian/infra/rehearsal/account"
)

// accountServer is a server of a rehearsal. Another on the same folder is another
// process that does not know what this one remembers.
type accountServer struct {
	*testing.T
	*server
}

func serverOn(t *testing.T, dir string) accountServer {
	t.Helper()
	t.Setenv(account.Variable, dir)
	s := newServer(testCatalog(t))
	var err error
	if s.outside, err = openOutside(s.mem); err != nil {
		t.Fatal(err)
	}
	return accountServer{t, s}
}

func (s accountServer) typ(name string) *typeDef {
	s.Helper()
	typ, err := s.cat.resource(name)
	if err != nil {
		s.Fatal(err)
	}
	return typ
}

func (s accountServer) value(typ *typeDef, v map[string]any) *tfprotov5.DynamicValue {
	s.Helper()
	dv, err := encode(typ, v)
	if err != nil {
		s.Fatal(err)
	}
	return dv
}

// apply changes a resource from prior to planned and returns its state; nil is no
// resource.
func (s accountServer) apply(typ *typeDef, prior, planned map[string]any) (map[string]any, string) {
	s.Helper()
	res, err := s.ApplyResourceChange(s.Context(), &tfprotov5.ApplyResourceChangeRequest{
		TypeName: typ.name, PriorState: s.value(typ, prior), PlannedState: s.value(typ, planned)})
	if err != nil {
		s.Fatal(err)
	}
	return s.result(typ, res.NewState, res.Diagnostics)
}

func (s accountServer) read(typ *typeDef, state map[string]any) map[string]any {
	s.Helper()
	res, err := s.ReadResource(
		s.Context(),
		&tfprotov5.ReadResourceRequest{TypeName: typ.name, CurrentState: s.value(typ, state)},
	)
	if err != nil {
		s.Fatal(err)
	}
	state, problem := s.result(typ, res.NewState, res.Diagnostics)
	if problem != "" {
		s.Fatal(problem)
	}
	return state
}

func (s accountServer) result(
	typ *typeDef,
	dv *tfprotov5.DynamicValue,
	ds []*tfprotov5.Diagnostic,
) (map[string]any, string) {
	s.Helper()
	if len(ds) > 0 {
		return nil, ds[0].Summary
	}
	state, err := decode(typ, dv)
	if err != nil {
		s.Fatal(err)
	}
	return state, ""
}

// planned returns the plan of a small resource of a type.
func (s accountServer) planned(typ *typeDef) map[string]any {
	conf := blank(&typ.Block)
	switch typ.name { // what ids have, and a resource need not have
	case "aws_lambda_permission":
		conf["statement_id"], conf["qualifier"] = "gateway", "live"
	case "aws_route53_record":
		conf["zone_id"], conf["name"], conf["type"], conf["set_identifier"] = "Z1", "api.example.com", "A", "us-east-1"
	case "aws_xray_sampling_rule":
		conf["rule_name"] = "health"
	}
	planned, _ := (&planner{cfg: &s.cfg, t: typ}).plan(conf, nil, false)
	return planned
}

// TestALostResourceIsRefusedAndImported makes a resource of each type that is unique,
// loses its state, and takes it into a state again by the id that package importid
// returns.
func TestALostResourceIsRefusedAndImported(t *testing.T) {
	for name, b := range testCatalog(t).behaviour.Resource {
		if b.Unique == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			first := serverOn(t, dir)
			typ := first.typ(name)
			made, problem := first.apply(typ, nil, first.planned(typ))
			if problem != "" {
				t.Fatal(problem)
			}
			second := serverOn(t, dir)
			if _, problem := second.apply(typ, nil, second.planned(typ)); !strings.Contains(
				problem,
				"creating "+name+" (",
			) {
				t.Errorf("a second one: %q", problem)
			}
			if importid.Known(name) {
				second.imports(typ, made)
			}
			if _, problem := second.apply(typ, made, nil); problem != "" {
				t.Fatal(problem)
			}
			if _, problem := first.apply(typ, nil, first.planned(typ)); problem != "" {
				t.Errorf("removed, it cannot be made again: %s", problem)
			}
		})
	}
}

// imports checks that the id of package importid finds a resource.
func (s accountServer) imports(typ *typeDef, made map[string]any) {
	s.Helper()
	id, ok := importid.Of(typ.name, made)
	if !ok {
		s.Fatalf("no import id of %v", made)
	}
	if id.Text == "" { // only AWS knows it: what the command would print
		id.Text = newFiller(&s.cfg, typ, made, nil, s.mem).expand(typ.behaviour.Import, nil)
		if id.Text == "" {
			id.Text = asString(made["id"])
		}
		if id.Region != "" {
			id.Text += "@" + id.Region
		}
	}
	res, err := s.ImportResourceState(
		s.Context(),
		&tfprotov5.ImportResourceStateRequest{TypeName: typ.name, ID: id.Text},
	)
	if err != nil {
		s.Fatal(err)
	}
	if len(res.Diagnostics) > 0 {
		s.Fatalf("import %s: %s", id.Text, res.Diagnostics[0].Summary)
	}
	state, _ := s.result(typ, res.ImportedResources[0].State, nil)
	if !same(state, made, typ.typ) {
		s.Errorf("imported by %s, it is %v, want %v", id.Text, state, made)
	}
}

func TestDrift(t *testing.T) {
	dir := t.TempDir()
	s := serverOn(t, dir)
	typ := s.typ("aws_cloudwatch_log_group")
	made, problem := s.apply(typ, nil, s.planned(typ))
	if problem != "" {
		t.Fatal(problem)
	}
	a := account.At(dir + "/" + s.cfg.account)
	key := identity(typ, made)
	r, exists, err := a.Read(typ.name, key)
	if err != nil || !exists {
		t.Fatal(exists, err)
	}
	var attributes map[string]any
	if err := json.Unmarshal(r.Attributes, &attributes); err != nil {
		t.Fatal(err)
	}
	attributes["retention_in_days"] = 3
	if r.Attributes, err = json.Marshal(attributes); err != nil {
		t.Fatal(err)
	}
	if err := a.Write(r); err != nil {
		t.Fatal(err)
	}
	if got := s.read(typ, made)["retention_in_days"]; text(got) != "3" {
		t.Errorf("changed outside, the retention is %v", got)
	}
	if err := a.Remove(typ.name, key); err != nil {
		t.Fatal(err)
	}
	if got := s.read(typ, made); got != nil {
		t.Errorf("removed outside, it is %v", got)
	}
}

func TestImportOfWhatDoesNotExist(t *testing.T) {
	s := serverOn(t, t.TempDir())
	res, err := s.ImportResourceState(
		t.Context(),
		&tfprotov5.ImportResourceStateRequest{TypeName: "aws_iam_role", ID: "lost"},
	)
	if err != nil || len(res.Diagnostics) != 1 ||
		!strings.Contains(res.Diagnostics[0].Summary, `"lost": it does not exist`) {
		t.Errorf("got %v, %v", res.Diagnostics, err)
	}
}

// TestImportIDsOfAllOfOurs checks that importid knows every type of infra/terraform
// that AWS refuses to make twice.
func TestImportIDsOfAllOfOurs(t *testing.T) {
	files, err := filepath.Glob("../../terraform/*/*.tf")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	how := testCatalog(t).behaviour.Resource
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range resourceLine.FindAllStringSubmatch(string(source), -1) {
			if b := how[m[1]]; b != nil && b.Unique != nil && !importid.Known(m[1]) {
				t.Errorf("%s is in infra/terraform and not in importid", m[1])
			}
		}
	}
}

var resourceLine = regexp.MustCompile(`(?m)^resource "([a-z0-9_]+)"`)

func TestADelayComesAfterTheCreation(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(account.DelayVariable, "aws_iam_role=100ms")
	s := serverOn(t, dir)
	typ := s.typ("aws_iam_role")
	begin := time.Now()
	if _, problem := s.apply(typ, nil, s.planned(typ)); problem != "" {
		t.Fatal(problem)
	}
	if spent := time.Since(begin); spent < 100*time.Millisecond {
		t.Errorf("the creation took %s, want at least 100 ms", spent)
	}
}

package history

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
)

// patience limits the search for an order of operations. A history that needs longer is a
// finding as well: then it has too many operations at once.
const patience = 5 * time.Second

// promise is a check of a history.
type promise struct {
	name  string
	model porcupine.Model
	ops   []porcupine.Operation
	// err is the finding of a check without a model, whose picture shows the operations
	// in the order in which they began.
	err error
}

// anything is a model that allows every history.
var anything = porcupine.Model{
	Init:              func() any { return nil },
	Step:              func(state, _, _ any) (bool, any) { return true, state },
	DescribeOperation: func(input, _ any) string { return input.(op).String() },
}

// check compares the history with all promises, and draws the broken ones in dir below root.
func (h *history) check(root, dir string) (report, error) {
	r := report{seeds: 1, ops: len(h.ops), disturbances: len(h.events)}
	for _, reads := range h.sightings {
		r.ops += len(reads)
	}
	for _, o := range h.ops {
		if o.outcome() == unknown {
			r.unknown++
		}
	}
	for _, p := range h.promises() {
		f, err := h.verify(p, root, dir)
		if err != nil {
			return r, err
		}
		if f != nil {
			r.findings = append(r.findings, *f)
		}
	}
	return r, nil
}

// promises returns the promises with the operations that concern them.
func (h *history) promises() []promise {
	all := operations(h.ops)
	list := []promise{
		{name: "only documented responses", ops: all, err: checkStatuses(h.ops)},
		{name: "the Regions agree", ops: all, err: checkAgreement(h.ops)},
	}
	seen := slices.Clone(h.ops)
	for _, region := range regions {
		reads := h.sightings[region]
		seen = append(seen, reads...)
		list = append(list, promise{
			name: "one active account of an address in " + region, ops: operations(reads), err: checkSightings(reads),
		})
	}
	list = append(list, promise{name: "an ETag names one content", ops: all, err: checkETags(seen)})
	for user := range usersOfSeed {
		list = append(list, promise{
			name: fmt.Sprintf("account of user %d", user), model: accountModel, ops: operations(h.accountOps(user)),
		})
		p := promise{name: fmt.Sprintf("profile of user %d", user), model: profileModel, ops: operations(h.profileOps(user))}
		if home(user) == "" {
			p.model, p.err = porcupine.Model{}, h.merged(user).check(keepsProfile(user))
		}
		list = append(list, p)
	}
	for n := range addressesOf {
		var ops []porcupine.Operation
		for _, c := range h.claimOps(address(h.seed, n)) {
			ops = append(ops, operation(c.op, c))
		}
		list = append(list, promise{name: fmt.Sprintf("owner of address %d", n), model: addressModel, ops: ops})
	}
	return list
}

// operation returns an operation for porcupine. One without a definite response never
// ends.
func operation(o op, input any) porcupine.Operation {
	p := porcupine.Operation{ClientId: o.client, Input: input, Call: o.call, Output: o.status, Return: o.ret}
	if o.outcome() == unknown {
		p.Return = never
	}
	return p
}

const never = int64(time.Hour)

func operations(ops []op) []porcupine.Operation {
	var list []porcupine.Operation
	for _, o := range ops {
		list = append(list, operation(o, o))
	}
	return list
}

// verify checks a promise. It returns nil if the history keeps it.
func (h *history) verify(p promise, root, dir string) (*finding, error) {
	f := finding{seed: h.seed, promise: p.name}
	model := p.model
	if model.Step == nil {
		if p.err == nil {
			return nil, nil
		}
		model, f.detail = anything, p.err.Error()
	}
	if p.err == nil && explained(model, p.ops) {
		return nil, nil
	}
	result, info := porcupine.CheckOperationsVerbose(model, p.ops, patience)
	switch {
	case p.err != nil:
	case result == porcupine.Ok:
		return nil, nil
	case result == porcupine.Illegal:
		f.detail = fmt.Sprintf("no order of the %d operations explains all responses: %s", len(p.ops), blocked(p.ops, info))
	default:
		f.detail = fmt.Sprintf("no order of the %d operations was found in %s", len(p.ops), patience)
	}
	for _, e := range h.events {
		info.AddAnnotations([]porcupine.Annotation{{Tag: "disturbances", Start: e.begin, End: e.end, Description: e.text}})
	}
	if p.err != nil {
		last := h.ops[len(h.ops)-1].ret
		info.AddAnnotations([]porcupine.Annotation{{
			Tag: "broken", Start: 0, End: last, Description: f.detail, BackgroundColor: "#fecaca",
		}})
	}
	f.picture = filepath.Join(dir, fmt.Sprintf("seed-%d-%s.html", h.seed, strings.ReplaceAll(p.name, " ", "-")))
	if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
		return nil, err
	}
	return &f, porcupine.VisualizePath(model, info, filepath.Join(root, f.picture))
}

// blocked describes the operation that the longest order could not explain: the one of the
// missing operations that ended first.
func blocked(ops []porcupine.Operation, info porcupine.LinearizationInfo) string {
	var longest []porcupine.Operation
	for _, orders := range info.PartialLinearizationsOperations() {
		for _, order := range orders {
			if len(order) > len(longest) {
				longest = order
			}
		}
	}
	explained := map[int64]bool{} // by the begin, in nanoseconds
	for _, o := range longest {
		explained[o.Call] = true
	}
	var first *porcupine.Operation
	for _, o := range ops {
		if !explained[o.Call] && (first == nil || o.Return < first.Return) {
			first = &o
		}
	}
	if first == nil {
		return "every one is explained"
	}
	return fmt.Sprintf("after %d of them, not %v", len(longest), first.Input)
}

// documented are the statuses of each kind of request, except for a failure.
var documented = map[kind][]int{
	createAccount:    {201, 409, 422},
	getAccount:       {200, 404},
	updateAccount:    {200, 404, 409, 412},
	closeAccount:     {200, 404, 412},
	createProfile:    {201, 412},
	replaceProfile:   {200, 412},
	mergePreferences: {200, 404},
	deleteProfile:    {204, 412},
	getProfile:       {200, 404},
}

// checkStatuses returns an error for a response that the specification does not have. A
// failure of a dependency or a process is 502, 503 or 504, never 500.
func checkStatuses(ops []op) error {
	for _, o := range ops {
		failed := o.status == 0 || o.status > 500
		if !failed && !slices.Contains(documented[o.kind], o.status) {
			return fmt.Errorf("%s", o)
		}
	}
	return nil
}

// checkETags returns an error for an ETag of two contents.
func checkETags(ops []op) error {
	bodies, prefs := map[string]op{}, map[string]op{}
	for _, o := range ops {
		if o.status/100 != 2 || o.etag == "" {
			continue
		}
		if first, ok := prefs[o.etag]; ok && first.prefs != o.prefs {
			return fmt.Errorf("the ETag %s has two contents: %s and %s", o.etag, first, o)
		}
		prefs[o.etag] = o
		if o.kind == mergePreferences {
			continue // the response has only the preferences
		}
		if first, ok := bodies[o.etag]; ok && first.body != o.body {
			return fmt.Errorf("the ETag %s has two contents: %s and %s", o.etag, first.body, o.body)
		}
		bodies[o.etag] = o
	}
	return nil
}

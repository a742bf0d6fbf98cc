package evaluate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// known has the values of an evaluation by full address, such as module.settings.local.lean,
// and which of them were used by which. An evaluation of a module in which one thing has
// changed begins with the values that do not depend on it.
type known struct {
	begun map[string]outcome // from an earlier evaluation; not written

	kept map[string]outcome
	// arguments are the values that a configuration sets, without computed ones, by the
	// address of an instance.
	arguments map[string]map[string]cty.Value
	users     map[string]map[string]bool // of a value, by address
	files     map[string][]string        // of modules, by the instance's address
	stack     []string                   // what is being evaluated
}

type outcome struct {
	value cty.Value
	err   error
}

func newKnown(begun map[string]outcome) *known {
	return &known{begun: begun, kept: map[string]outcome{}, arguments: map[string]map[string]cty.Value{}, users: map[string]map[string]bool{}, files: map[string][]string{}}
}

func (k *known) open(address string, m *Module) { k.files[address] = m.files }

// use records that the value at an address is used by what is being evaluated.
func (k *known) use(address string) {
	if len(k.stack) == 0 {
		return
	}
	if k.users[address] == nil {
		k.users[address] = map[string]bool{}
	}
	k.users[address][k.stack[len(k.stack)-1]] = true
}

// enter records that the evaluation of an address begins, until leave is called.
func (k *known) enter(address string) (leave func()) {
	k.stack = append(k.stack, address)
	return func() { k.stack = k.stack[:len(k.stack)-1] }
}

func (k *known) value(address string) (cty.Value, error, bool) {
	o, ok := k.begun[address]
	return o.value, o.err, ok
}

func (k *known) keep(address string, v cty.Value, err error) { k.kept[address] = outcome{v, err} }

// addresses returns the addresses at which an item of a file was evaluated: in each instance
// of the modules that have the file. The item of a call stands for all values below it.
func (k *known) addresses(path, item string) []string {
	var found []string
	for instance, files := range k.files {
		if !slices.Contains(files, path) {
			continue
		}
		call := join(instance, item)
		found = append(found, call)
		for address := range k.kept {
			if strings.HasPrefix(item, "module.") && (strings.HasPrefix(address, call+".") || strings.HasPrefix(address, call+"[")) {
				found = append(found, address)
			}
		}
	}
	return found
}

// set keeps the arguments of an instance of an object.
func (k *known) set(address string, extra map[string]cty.Value, v cty.Value) {
	key := ""
	if each, ok := extra["each"]; ok {
		key = fmt.Sprintf("[%q]", each.GetAttr("key").AsString())
	} else if count, ok := extra["count"]; ok {
		key = "[" + count.GetAttr("index").AsBigFloat().String() + "]"
	}
	if k.arguments[address] == nil {
		k.arguments[address] = map[string]cty.Value{}
	}
	k.arguments[address][key] = v
}

// dependents returns the addresses and everything that uses them, directly or not.
func (k *known) dependents(addresses []string) map[string]bool {
	found := map[string]bool{}
	for len(addresses) > 0 {
		last := addresses[len(addresses)-1]
		addresses = addresses[:len(addresses)-1]
		if found[last] {
			continue
		}
		found[last] = true
		addresses = append(addresses, sorted(k.users[last])...)
	}
	return found
}

// without returns the values without those at the addresses.
func (k *known) without(addresses map[string]bool) map[string]outcome {
	left := maps.Clone(k.kept)
	for address := range addresses {
		delete(left, address)
	}
	return left
}

func join(address, name string) string {
	if address == "" {
		return name
	}
	return address + "." + name
}

package mutate

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

// equivalentJSON lists the mutants that no test can kill, each with the reason.
//
//go:embed equivalent.json
var equivalentJSON []byte

// equivalent is a mutant that changes nothing that matters.
type equivalent struct {
	File   string `json:"file"`
	Change string `json:"change"`
	Reason string `json:"reason"`
}

func readEquivalents(data []byte) (map[string]equivalent, error) {
	var list []equivalent
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("equivalent.json: %w", err)
	}
	byName := map[string]equivalent{}
	for _, e := range list {
		name := e.File + ": " + e.Change
		switch {
		case e.Reason == "":
			return nil, fmt.Errorf("equivalent.json: %s has no reason", name)
		case byName[name].Reason != "":
			return nil, fmt.Errorf("equivalent.json: %s is there twice", name)
		}
		byName[name] = e
	}
	return byName, nil
}

// stale returns the entries whose mutant does not exist among all mutants.
func stale(equivalents map[string]equivalent, all []Mutant) []string {
	exist := map[string]bool{}
	for _, m := range all {
		exist[m.name()] = true
	}
	var names []string
	for name := range equivalents {
		if !exist[name] {
			names = append(names, name)
		}
	}
	return names
}

package linttest

import (
	"fmt"
	"strings"
)

// limitEdits returns documents just above the quotas of an API, and the good one
// of models just below.
func limitEdits() []edit {
	var paths, schemes, models strings.Builder
	for i := range 300 {
		fmt.Fprintf(&paths, "  /p%d: %s\n", i, get(fmt.Sprint("p", i), ""))
	}
	for i := range 11 {
		fmt.Fprintf(&schemes, "s%d: %s, ", i, cognito(pools))
	}
	for i := range 500 {
		fmt.Fprintf(&models, "    M%d: {type: object, description: %s}\n", i, strings.Repeat("x", 800))
	}
	few := models.String()[:strings.Index(models.String(), "M400")-4]
	return []edit{
		{
			name: "too many resources", rule: "limit-resources", pointer: "/paths",
			bad: []string{"  #PATHS\n", paths.String()},
		},
		{
			name: "too many resources of a contract", rule: "limit-resources", contract: true,
			bad: []string{"  #PATHS\n", withoutIntegrations(paths.String())},
		},
		{
			name: "too many authorizers", rule: "limit-authorizers",
			bad: []string{"#COMPONENTS", "securitySchemes: {" + schemes.String() + "}"},
		},
		{
			name: "models that are too large", rule: "limit-models", pointer: "/components/schemas",
			bad:  []string{"    #MODEL\n", models.String()},
			good: []string{"    #MODEL\n", few},
		},
	}
}

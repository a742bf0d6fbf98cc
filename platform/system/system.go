// Package system names the system that a program is a part of. Clients see the names in
// the types of problems, and operators in the namespace of metrics.
package system

// System has the names of a system.
type System struct {
	// Name is a part of identifiers, such as "meridian": 2 to 20 lower-case letters and
	// digits, a letter first.
	Name string `json:"name"`
	// Title is the name for people, such as "Meridian".
	Title string `json:"title"`
}

var current = System{Name: "meridian", Title: "Meridian"}

// Current returns the system of this program, by default Meridian.
func Current() System { return current }

// Set sets the system of this program. It is for an init function, before anything reads
// the names: 'go tool mage generate' writes one into every context, so that functions,
// generators and tests have the names of the project's file infra/system.json.
func Set(s System) {
	if current != s { // a second call with the same names may run beside readers
		current = s
	}
}

// ProblemType returns the type URI of a problem with a slug, such as
// "urn:meridian:problem:not-found". It is a URN because every environment returns the
// same problem under its own domain.
func (s System) ProblemType(slug string) string { return "urn:" + s.Name + ":problem:" + slug }

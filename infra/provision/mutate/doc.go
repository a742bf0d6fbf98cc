// Package mutate changes the Terraform in one place at a time, and runs the tests that the
// change can break: a mutant that survives them all is a value that nothing checks.
//
// A mutant replaces a number, a text, a truth value, an operator, a key or the name of a
// resource of the same type, or leaves out an argument, a block, an element or a condition.
// Package evaluate runs the tests (tests/*.tftest.hcl of each root, which Terraform runs in
// package provision), and lists the values that they lead to. The lists are in the folder
// values and are reviewed like code: a value that changes is a line of a diff.
package mutate

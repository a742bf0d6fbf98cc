// Package evaluate evaluates Terraform modules in this process: every expression, with
// the argument schema of the provider and without Terraform. It runs a module's own tests
// with mocked providers (tests/*.tftest.hcl) in a few milliseconds each, where Terraform
// needs a second: fast enough to run them against a thousand mutants (package mutants).
//
// It does not replace Terraform. It keeps no state and plans no changes; computed
// attributes are always known, as after an apply; and it has the functions only that
// this repository's modules use. A construct that it does not know is an error.
package evaluate

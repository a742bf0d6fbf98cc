// Package provision runs Terraform on the roots in infra/terraform.
//
// A Stack is one root applied once: functions, of the context accounts, in
// us-east-1. Each has its own state. A Workspace is an environment's copy of the
// roots, from which its stacks are run. What is run is built apart from running
// it: the methods of Workspace answer a Command, a file for each kind, and
// Terraform runs it.
package provision

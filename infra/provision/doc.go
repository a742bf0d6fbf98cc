// Package provision runs Terraform on the roots in infra/terraform.
//
// A Stack is one application of a root, such as functions of the context accounts in
// us-east-1. Each stack has its own state. A Workspace is an environment's copy of the
// roots, in which the stacks are run. Commands are built apart from running them: the
// methods of Workspace return a Command, and Terraform runs it.
package provision

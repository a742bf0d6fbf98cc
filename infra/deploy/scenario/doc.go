// Package scenario deploys with Terraform itself: the program that users run, on the
// stand-in for the AWS provider, for a small monorepo of its own, with smoke tests in
// the embedded cloud. It breaks, kills and interrupts what users and machines break,
// kill and interrupt.
//
// Run runs all scenarios for the target deploy:test; a test runs the sample of CI. What
// the stand-in cannot refuse as AWS would is tested in package deploy, with a recorder
// in Terraform's place.
package scenario

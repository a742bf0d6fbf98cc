output "bucket" {
  description = "The bucket of the states and its Region, which are arguments of init."
  value       = { name = module.state["primary"].id, region = local.state.primary.region }
}

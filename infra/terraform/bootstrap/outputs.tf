output "bucket" {
  description = "The bucket of the states, and its Region: what init is given."
  value       = { name = module.state["primary"].id, region = local.state.primary.region }
}

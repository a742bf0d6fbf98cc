variables {
  repository  = "../../../.."
  environment = "prod"
  root        = "test"
}

run "a_shared_environment_is_read_from_its_file" {
  command = plan
  assert {
    condition     = output.settings.domain == "api.meridian.example.com" && output.settings.protect && length(output.problems) == 0
    error_message = "prod.json is not what came out: ${jsonencode(output.problems)}"
  }
}

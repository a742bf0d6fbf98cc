# The function that the user pool calls before it issues tokens. It puts the user's
# verified e-mail address into the access token, which Cognito has in ID tokens only: an
# operation with scopes takes access tokens, and an address belongs to the user who has
# proved it. The trigger's version V2_0 needs the plan Essentials or Plus, which the pool
# has. Without the function no one can sign in, so it reserves as much concurrency as
# an operation.

locals {
  claims = {
    name        = module.settings.names.claims
    package     = "add-claims"
    description = "Adds the verified e-mail address to access tokens"
    timeout     = 5 # Cognito waits no longer
    concurrency = module.settings.platform_concurrency.claims
    statements  = []
    variables   = {}
    alarm       = "Users could not sign in, because the function that Cognito calls for their tokens failed."
  }
}

resource "aws_lambda_permission" "claims" {
  region = local.settings.home

  statement_id   = "user-pool"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.platform["claims"].function_name
  principal      = "cognito-idp.amazonaws.com"
  source_account = local.account
  source_arn     = aws_cognito_user_pool.users.arn
}

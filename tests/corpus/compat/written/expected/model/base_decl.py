Base of 9 1
created
updated
backend_status
backend_code
policy_status
policy_code

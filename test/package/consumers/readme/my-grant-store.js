export { MemoryGrantStore as MyGrantStore } from 'express-oauth-password-grant'

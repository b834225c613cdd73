/** What an audit came to: verdicts, the report of them as JSON, and who signed it; or why there is none. */
@NullMarked
package org.chargeproof.audit.report;

import org.jspecify.annotations.NullMarked;

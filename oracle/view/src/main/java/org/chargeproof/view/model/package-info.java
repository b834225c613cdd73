/** What app backends ask for: sessions, setpoints, receipts, verdicts; a fold beside the state that plans depend on. */
@NullMarked
package org.chargeproof.view.model;

import org.jspecify.annotations.NullMarked;

/** What happens in a demonstration, before any ledger knows of it: a generated day, or days of real sessions. */
@NullMarked
package org.chargeproof.cli.demo.scenario;

import org.jspecify.annotations.NullMarked;

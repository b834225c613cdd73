/** Serves the pages for drivers, operators and auditors: files and nothing else. What pages show, they ask {@code /api/v1} and {@code /rpc} for. */
@NullMarked
package org.chargeproof.pages;

import org.jspecify.annotations.NullMarked;

/** The only package that knows Besu: the plugin, its options, and what it hands over from the node and to it. */
@NullMarked
package org.chargeproof.plugin.besu;

import org.jspecify.annotations.NullMarked;

/**
 * The bridge to libtorch: opens the native library on a device, packs our TorchScript source into
 * an archive and calls its methods. Above this package nobody knows a TorchScript name.
 */
@NullMarked
package dev.alluvium.trainer.model.torch;

import org.jspecify.annotations.NullMarked;
